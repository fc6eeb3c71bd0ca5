import { type DeploymentSource, resourcesOf } from '#local/template/deployment.ts';
import type { QueueDefinition, Sqs } from './sqs.ts';

/** The attributes that both CloudFormation and the embedded SQS know; encryption means nothing here. */
const QUEUE_ATTRIBUTES = [
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
];

/** The queues of the template, each after the dead-letter queue that it names. */
function readQueues(source: DeploymentSource): QueueDefinition[] {
  const queues = [...resourcesOf(source, 'AWS::SQS::Queue')].map(({ id, properties }) => ({
    name: source.names.name(id),
    attributes: Object.fromEntries(
      QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => {
        const value = properties[name];
        return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
      }),
    ),
  }));
  const redrives = (queue: QueueDefinition) => Number('RedrivePolicy' in queue.attributes);
  return queues.sort((a, b) => redrives(a) - redrives(b));
}

/** Makes the queues that are missing, one after the other: a queue may name another as its dead-letter queue. */
export async function makeQueues(source: DeploymentSource, sqs: Sqs): Promise<void> {
  for (const queue of readQueues(source)) await sqs.ensureQueue(queue);
}
