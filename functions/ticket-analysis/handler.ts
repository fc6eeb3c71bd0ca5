import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createClaude } from '#adapters/claude/client.ts';
import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import { openTicketJobStores } from '#adapters/dynamodb/ticket-job-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { createBatchPoll } from '#adapters/scheduler/batch-poll.ts';
import { openWebhookOutbox } from '#adapters/sqs/webhook-queue.ts';
import { parseEnvironment } from '#core/environment.ts';
import { selfInvocationOptions } from '#core/function-variables.ts';
import { JOB_OF_TASK, readTicketParameters } from '#core/tickets/ticket-event.ts';
import { TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { createAfterRun } from './after-run.ts';
import { analyseTickets } from './analyse-tickets.ts';
import { analysisSettings, envSchema, openKey, pollOptions } from './config.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('ticket-analysis');
const { log, clock, metrics } = lambda;
const secrets = new SecretsManagerClient();
const stores = openTicketJobStores(env.TABLE_NAME, log, env.ZENDESK_SUBDOMAIN);
const poll = createBatchPoll({ client: new SchedulerClient(), ...pollOptions(env) });
const invokeSelf = createAsyncInvoke({
  ...selfInvocationOptions(env),
  aws: secrets.config,
  sleep: clock.sleep,
});
const key = openKey(env, { client: secrets, now: clock.now, log });
const outbox = openWebhookOutbox(env.WEBHOOKS_QUEUE_URL);
const after = createAfterRun({ ...stores, poll, invokeSelf, outbox, now: clock.now, log });
const openClaude = async () => {
  const apiKey = await key();
  return apiKey === ''
    ? undefined
    : createClaude({ apiKey, baseUrl: env.ANTHROPIC_BASE_URL, fetch, ...clock });
};
const settings = analysisSettings(env);
const deps = { ...stores, ...clock, log, poll, openClaude, settings, onCollected: after.onCollected };

/** Has Claude analyse the tickets that wait for it. */
export const handler = createJobHandler(lambda, {
  job: ({ task }) => JOB_OF_TASK[task],
  stores,
  enabled: env.TICKETS_ENABLED,
  invokeSelf,
  parametersOf: (event) => {
    after.begin();
    return readTicketParameters(event);
  },
  terms: ticketTerms,
  limits: TICKET_RUN_LIMITS,
  work: (context, parameters) => analyseTickets(deps, context, parameters),
  onRun: async (run) => {
    publishAnalyses(metrics, run);
    await after.onRun(run);
  },
});
