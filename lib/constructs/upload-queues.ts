import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DeadLetters, EncryptedQueue } from './encrypted-queue.ts';

const CONSUMER_TIMEOUT_SECONDS = 60;

/** Ratings on their way to the marketplace, and those that did not make it. */
export class UploadQueues extends Construct {
  readonly uploads: EncryptedQueue;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    this.uploads = new EncryptedQueue(this, 'Uploads', {
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
      // Six times the consumer's timeout, as Lambda asks, or a message that is being retried comes back twice.
      visibilityTimeout: Duration.seconds(6 * CONSUMER_TIMEOUT_SECONDS),
    });
  }
}
