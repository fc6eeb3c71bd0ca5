import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { MAX_DELIVERIES } from '#core/tickets/webhook/delivery-limits.ts';
import type { EnvVars } from '#functions/ticket-webhook/config.ts';
import { BundledFunction, type CodeFor } from '#lib/constructs/bundled-function.ts';
import { DeadLetters, EncryptedQueue } from '#lib/constructs/encrypted-queue.ts';
import type { Workload } from '#lib/constructs/workload.ts';
import type { Settings } from '#lib/settings/settings.ts';
import type { TicketSecrets, TicketSecretsEnv } from './ticket-secrets.ts';

/** What `grantSend` adds to a workload's environment. */
export type TicketWebhookEnv = 'WEBHOOKS_QUEUE_URL';

/** One attempt at one address, with its time-out. */
const TIMEOUT = Duration.seconds(30);
/** The fewest that an event source can be held to. */
const MAX_CONCURRENCY = 2;

/** Props of `TicketWebhook`. */
export type TicketWebhookProps = {
  readonly settings: Settings;
  /** Where events are sent. */
  readonly url: string;
  readonly secrets: TicketSecrets;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Tells others of ended runs: a queue of events, and the function that delivers them one by one. */
export class TicketWebhook extends Construct {
  readonly function: BundledFunction;
  readonly queue: EncryptedQueue;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, { settings, url, secrets, codeFor }: TicketWebhookProps) {
    super(scope, id);
    // Six times the consumer's timeout, as Lambda asks. Later tries wait for longer: the function says how long.
    const visibilityTimeout = Duration.seconds(6 * TIMEOUT.toSeconds());
    this.deadLetters = new DeadLetters(this, 'DeadLetters', { visibilityTimeout });
    this.queue = new EncryptedQueue(this, 'Webhooks', {
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_DELIVERIES },
      visibilityTimeout,
    });
    this.function = new BundledFunction(this, 'Function', {
      name: 'ticket-webhook',
      description: 'Delivers events of the support tickets to a webhook.',
      settings,
      timeout: TIMEOUT,
      memorySizeMb: 256,
      environment: {
        TICKET_WEBHOOK_URL: url,
        WEBHOOKS_QUEUE_URL: this.queue.queueUrl,
      } satisfies Omit<EnvVars, TicketSecretsEnv>,
      codeFor,
    });
    secrets.webhookKey?.grantRead(this.function);
    this.consume('Deliver', this.queue, true);
    // Works the dead letters off as they are; made disabled, for an operator to enable for as long as it takes.
    this.consume('Redrive', this.deadLetters, false);
  }

  /** Sending events. */
  grantSend(workload: Workload): void {
    workload.addEnvironment('WEBHOOKS_QUEUE_URL' satisfies TicketWebhookEnv, this.queue.queueUrl);
    workload.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    );
  }

  private consume(id: string, queue: EncryptedQueue, enabled: boolean): void {
    queue.grantConsumeMessages(this.function);
    new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: 1,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
      enabled,
    });
  }
}
