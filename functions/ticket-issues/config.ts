import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { createClaude } from '#adapters/claude/client.ts';
import { openIssueJobStores } from '#adapters/dynamodb/issue-job-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import type { LambdaFunction } from '#adapters/lambda/lambda-function.ts';
import { createAnthropicKey } from '#adapters/secrets-manager/anthropic-key.ts';
import { openWebhookOutbox } from '#adapters/sqs/webhook-queue.ts';
import { amountText, booleanText, rangedText } from '#core/environment.ts';
import {
  type StackVariables,
  selfInvocationOptions,
  selfInvocationVariables,
  storeVariables,
} from '#core/function-variables.ts';
import { Effort } from '#core/tickets/analysis/claude-request.ts';
import { budgetVariables, spendLimitsOf } from '#core/tickets/budget-variables.ts';
import { createAfterRun } from './after-run.ts';
import type { IssueDeps, IssueSettings } from './issue-deps.ts';
import type { LabelDeps, LabelSettings } from './label-deps.ts';
import { labelIssues } from './label-issues.ts';

/** The environment of `ticket-issues`. */
export const envSchema = z.object({
  TABLE_NAME: storeVariables.TABLE_NAME,
  ...selfInvocationVariables,
  ANTHROPIC_SECRET_ID: z.string().min(1),
  ANTHROPIC_BASE_URL: z.url(),
  /** Only where there is somebody to tell. */
  WEBHOOKS_QUEUE_URL: z.url().optional(),
  TICKETS_ENABLED: booleanText,
  ZENDESK_SUBDOMAIN: z.string().min(1),
  CLAUDE_LABEL_MODEL: z.string().min(1),
  CLAUDE_EFFORT: z.enum(Effort),
  ...budgetVariables,
  TICKET_CLUSTER_RESOLUTION: amountText('TICKET_CLUSTER_RESOLUTION'),
  TICKET_MIN_CLUSTER_REQUESTERS: rangedText('TICKET_MIN_CLUSTER_REQUESTERS'),
});

export type EnvVars = StackVariables<typeof envSchema>;

type Env = z.output<typeof envSchema>;

/** How issues are made. */
export function issueSettings(env: Env): IssueSettings {
  return {
    subdomain: env.ZENDESK_SUBDOMAIN,
    resolution: env.TICKET_CLUSTER_RESOLUTION,
    minRequesters: env.TICKET_MIN_CLUSTER_REQUESTERS,
  };
}

/** How Claude names them. */
export function labelSettings(env: Env): LabelSettings {
  return {
    model: env.CLAUDE_LABEL_MODEL,
    effort: env.CLAUDE_EFFORT,
    limits: spendLimitsOf(env),
  };
}

/** Everything that the function works with, over its clients. */
export function openIssues(env: Env, { log, clock }: Pick<LambdaFunction, 'log' | 'clock'>) {
  const secrets = new SecretsManagerClient();
  const { ANTHROPIC_SECRET_ID: secretId, ANTHROPIC_BASE_URL: baseUrl } = env;
  const key = createAnthropicKey({ client: secrets, secretId, now: clock.now, log });
  const stores = openIssueJobStores(env.TABLE_NAME, log, env.ZENDESK_SUBDOMAIN);
  const invocation = { ...selfInvocationOptions(env), aws: secrets.config, sleep: clock.sleep };
  const invokeSelf = createAsyncInvoke(invocation);
  const outbox = openWebhookOutbox(env.WEBHOOKS_QUEUE_URL);
  const after = createAfterRun({ ...stores, invokeSelf, outbox, now: clock.now, log });
  const openClaude = async () => {
    const apiKey = await key();
    return apiKey === '' ? undefined : createClaude({ apiKey, baseUrl, fetch, ...clock });
  };
  const labels: LabelDeps = { ...stores, ...clock, log, openClaude, settings: labelSettings(env) };
  const deps: IssueDeps = {
    ...stores,
    ...clock,
    log,
    outbox,
    settings: issueSettings(env),
    label: (context, input) => labelIssues(labels, context, input),
  };
  return { deps, stores, invokeSelf, after };
}
