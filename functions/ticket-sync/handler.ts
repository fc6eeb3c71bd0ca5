import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { publishTicketSync } from '#adapters/cloudwatch/ticket-metrics.ts';
import { openTicketJobStores } from '#adapters/dynamodb/ticket-job-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { openWebhookOutbox } from '#adapters/sqs/webhook-queue.ts';
import { createZendesk } from '#adapters/zendesk/zendesk.ts';
import { parseEnvironment } from '#core/environment.ts';
import { selfInvocationOptions } from '#core/function-variables.ts';
import { JOB_OF_TASK, readTicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { tellEndedRun } from '#core/tickets/webhook/tell-ended-run.ts';
import { envSchema, openSecrets, syncOptions } from './config.ts';
import { createTicketSync } from './sync-tickets.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('ticket-sync');
const { log, clock, metrics } = lambda;
const client = new SecretsManagerClient();
const { credentials, requesterKey } = openSecrets(env, { client, now: clock.now, log });
const stores = openTicketJobStores(env.TABLE_NAME, log, env.ZENDESK_SUBDOMAIN);
const zendeskOptions = { baseUrl: env.ZENDESK_API_URL, auth: env.ZENDESK_AUTH };
const zendesk = createZendesk({ ...zendeskOptions, ...clock, credentials, fetch, log });
const invocation = { ...selfInvocationOptions(env), aws: client.config, sleep: clock.sleep };
const analyse = createAsyncInvoke({ ...invocation, functionName: env.TICKET_ANALYSIS_FUNCTION_NAME });
const assign = createAsyncInvoke({ ...invocation, functionName: env.TICKET_ISSUES_FUNCTION_NAME });
const tickets = createTicketSync({
  ...stores,
  ...syncOptions(env),
  ...clock,
  zendesk,
  requesterKey,
  log,
  analyse,
  assign,
});

/** Brings the copy of the tickets up to what Zendesk has. */
export const handler = createJobHandler(lambda, {
  job: ({ task }) => JOB_OF_TASK[task],
  stores,
  enabled: env.TICKETS_ENABLED,
  invokeSelf: createAsyncInvoke(invocation),
  parametersOf: readTicketParameters,
  terms: ticketTerms,
  limits: TICKET_RUN_LIMITS,
  work: tickets.sync,
  publishGauges: async () => publishTicketSync(metrics, tickets.outcome()),
  onRun: tellEndedRun(openWebhookOutbox(env.WEBHOOKS_QUEUE_URL)),
});
