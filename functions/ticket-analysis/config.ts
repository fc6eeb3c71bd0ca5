import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createClaude } from '#adapters/claude/client.ts';
import { openTicketJobStores } from '#adapters/dynamodb/ticket-job-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import type { LambdaFunction } from '#adapters/lambda/lambda-function.ts';
import { createBatchPoll } from '#adapters/scheduler/batch-poll.ts';
import { createAnthropicKey } from '#adapters/secrets-manager/anthropic-key.ts';
import { openWebhookOutbox } from '#adapters/sqs/webhook-queue.ts';
import { booleanText, rangedText } from '#core/environment.ts';
import {
  type StackVariables,
  selfInvocationOptions,
  selfInvocationVariables,
  storeVariables,
} from '#core/function-variables.ts';
import { Effort } from '#core/tickets/analysis/claude-request.ts';
import { budgetVariables, spendLimitsOf } from '#core/tickets/budget-variables.ts';
import { productAreasOf } from '#core/tickets/product-areas.ts';
import { type AfterRun, createAfterRun } from './after-run.ts';
import type { AnalyseThenAssignDeps } from './analyse-then-assign.ts';
import { AnalysisMode, type AnalysisSettings } from './analysis-deps.ts';

const areasText = z.string().transform((text, context) => {
  const areas = productAreasOf(text);
  if (areas !== undefined) return areas;
  context.addIssue({ code: 'custom', message: 'must be lines of the form name: definition' });
  return z.NEVER;
});

/** `arn:aws:iam::123456789012:role/…` */
const arn = z.string().regex(/^arn:[^:]+:[^:]+:[^:]*:\d{12}:.+/, 'must be an ARN');

/** The environment of `ticket-analysis`. */
export const envSchema = z.object({
  TABLE_NAME: storeVariables.TABLE_NAME,
  ...selfInvocationVariables,
  TICKET_ISSUES_FUNCTION_NAME: z.string().min(1),
  ANTHROPIC_SECRET_ID: z.string().min(1),
  ANTHROPIC_BASE_URL: z.url(),
  WEBHOOKS_QUEUE_URL: z.url().optional(),
  TICKETS_ENABLED: booleanText,
  ZENDESK_SUBDOMAIN: z.string().min(1),
  CLAUDE_ANALYSIS_MODEL: z.string().min(1),
  CLAUDE_EFFORT: z.enum(Effort),
  CLAUDE_MODE: z.enum(AnalysisMode),
  ...budgetVariables,
  TICKET_PRODUCT_AREAS: areasText,
  TICKET_ANALYZE_BATCH_SIZE: rangedText('TICKET_ANALYZE_BATCH_SIZE'),
  TICKET_DIRECT_MAX: rangedText('TICKET_DIRECT_MAX'),
  SCHEDULE_GROUP: z.string().min(1),
  BATCH_POLL_ROLE_ARN: arn,
  BATCH_POLL_DEAD_LETTERS_ARN: arn,
});

export type EnvVars = StackVariables<typeof envSchema>;

type Env = z.output<typeof envSchema>;

/** How tickets are analysed. */
export function analysisSettings(env: Env): AnalysisSettings {
  return {
    model: env.CLAUDE_ANALYSIS_MODEL,
    effort: env.CLAUDE_EFFORT,
    areas: env.TICKET_PRODUCT_AREAS,
    mode: env.CLAUDE_MODE,
    batchSize: env.TICKET_ANALYZE_BATCH_SIZE,
    directMax: env.TICKET_DIRECT_MAX,
    limits: spendLimitsOf(env),
  };
}

/** What the batch poll's schedule needs. */
export function pollOptions(env: Env) {
  return {
    group: env.SCHEDULE_GROUP,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    roleArn: env.BATCH_POLL_ROLE_ARN,
    deadLettersArn: env.BATCH_POLL_DEAD_LETTERS_ARN,
  };
}

/** Everything that the function works with, over its clients. */
export function openAnalysis(env: Env, { log, clock }: Pick<LambdaFunction, 'log' | 'clock'>) {
  const secrets = new SecretsManagerClient();
  const { ANTHROPIC_SECRET_ID: secretId } = env;
  const key = createAnthropicKey({ client: secrets, secretId, now: clock.now, log });
  const stores = openTicketJobStores(env.TABLE_NAME, log, env.ZENDESK_SUBDOMAIN);
  const poll = createBatchPoll({ client: new SchedulerClient(), ...pollOptions(env) });
  const invocation = { ...selfInvocationOptions(env), aws: secrets.config, sleep: clock.sleep };
  const invokeSelf = createAsyncInvoke(invocation);
  const assign = createAsyncInvoke({ ...invocation, functionName: env.TICKET_ISSUES_FUNCTION_NAME });
  const outbox = openWebhookOutbox(env.WEBHOOKS_QUEUE_URL);
  const after: AfterRun = createAfterRun({ ...stores, poll, invokeSelf, outbox, now: clock.now, log });
  const openClaude = async () => {
    const apiKey = await key();
    return apiKey === ''
      ? undefined
      : createClaude({ apiKey, baseUrl: env.ANTHROPIC_BASE_URL, fetch, ...clock });
  };
  const settings = analysisSettings(env);
  const { onCollected } = after;
  const base = { ...stores, ...clock, log, poll, assign };
  const deps: AnalyseThenAssignDeps = { ...base, openClaude, settings, onCollected };
  return { deps, stores, invokeSelf, after };
}
