import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { MAX_RECEIVES } from '#core/ratings/upload-limits.ts';
import { DeadLetters, EncryptedQueue } from './encrypted-queue.ts';

/** What `grantSend` and its likes add to a function's environment. */
export type UploadQueuesEnv = 'UPLOADS_QUEUE_URL' | 'DEAD_LETTERS_QUEUE_URL';

/** How long one batch of uploads may take: a whole minute of waiting for the marketplace's limit, and its work. */
export const UPLOAD_TIMEOUT = Duration.seconds(120);

/** Ratings on their way to the marketplace, and those that did not make it. */
export class UploadQueues extends Construct {
  readonly uploads: EncryptedQueue;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Six times the consumer's timeout, as Lambda asks, or a message that is being retried comes back twice.
    const visibilityTimeout = Duration.seconds(6 * UPLOAD_TIMEOUT.toSeconds());
    this.deadLetters = new DeadLetters(this, 'DeadLetters', { visibilityTimeout });
    this.uploads = new EncryptedQueue(this, 'Uploads', {
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
      visibilityTimeout,
    });
  }

  /** Sending uploads. */
  grantSend(fn: LambdaFunction): void {
    this.tellAddresses(fn);
    this.allow(fn, ['sqs:SendMessage'], this.uploads);
  }

  /** Sending a message anew, and saying when one that was received comes back. */
  grantPutBack(fn: LambdaFunction): void {
    this.grantSend(fn);
    this.allow(fn, ['sqs:ChangeMessageVisibility'], this.uploads);
  }

  /** Sending, and going through the dead letters. */
  grantReconcile(fn: LambdaFunction): void {
    this.grantSend(fn);
    this.allow(fn, ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], this.deadLetters);
  }

  private allow(fn: LambdaFunction, actions: string[], queue: EncryptedQueue): void {
    fn.addToRolePolicy(new PolicyStatement({ actions, resources: [queue.queueArn] }));
  }

  private tellAddresses(fn: LambdaFunction): void {
    const addresses: Record<UploadQueuesEnv, string> = {
      UPLOADS_QUEUE_URL: this.uploads.queueUrl,
      DEAD_LETTERS_QUEUE_URL: this.deadLetters.queueUrl,
    };
    for (const [name, url] of Object.entries(addresses)) fn.addEnvironment(name, url);
  }
}
