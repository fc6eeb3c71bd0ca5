import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Props of `AlarmTopic`. */
export type AlarmTopicProps = {
  /**
   * Who is told; has to confirm by the link in the first mail.
   * @default - nobody until someone subscribes to the topic
   */
  readonly email?: string;
};

/** Where alarms go: encrypted, over TLS only, and nobody but this account's alarms may publish. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: Stack.of(this).stackName,
      masterKey: this.createKey(),
      enforceSSL: true,
    });
    // That policy has replaced the one by which alarms of the same account may publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }

  /** A key of our own: the policy of the one that AWS manages for SNS lets no alarm publish. */
  private createKey(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alarms of atom-sync on their way.',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      // Nothing lies under it but messages that wait for their delivery.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        // Without a condition on the account, which is documented for the topic only; nothing but the topic uses it.
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // In a key's own policy this is the key.
        resources: ['*'],
      }),
    );
    return key;
  }
}
