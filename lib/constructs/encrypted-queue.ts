import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Props of `EncryptedQueue`. */
export type EncryptedQueueProps = {
  /**
   * @default - none
   */
  readonly deadLetterQueue?: DeadLetterQueue;
  /**
   * @default Duration.days(4)
   */
  readonly retention?: Duration;
  /**
   * @default Duration.seconds(30)
   */
  readonly visibilityTimeout?: Duration;
};

/** A queue encrypted at rest that speaks TLS only. */
export class EncryptedQueue extends Queue {
  constructor(scope: Construct, id: string, props: EncryptedQueueProps = {}) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: props.deadLetterQueue,
      retentionPeriod: props.retention,
      visibilityTimeout: props.visibilityTimeout,
    });
  }
}

/** Where messages end that nobody could work off: kept as long as SQS can, 14 days. */
export class DeadLetters extends EncryptedQueue {
  constructor(scope: Construct, id: string, props: Pick<EncryptedQueueProps, 'visibilityTimeout'> = {}) {
    super(scope, id, { ...props, retention: Duration.days(14) });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is itself a dead-letter queue; Lambda and Scheduler name it as theirs.',
    });
  }
}
