import type { TemplateResource } from '#lib/synthesize.ts';

/** Something of the template that ministack's CloudFormation refuses. */
export type LeftOut = {
  readonly type: string;
  /** Only resources that have this property are left out. */
  readonly having?: string;
  /** What the emulator says of it. */
  readonly reason: string;
  /** The smallest resource of its kind: as soon as the emulator makes it, the entry is no longer needed. */
  readonly probe: Omit<TemplateResource, 'Type'>;
};

/** All that is not rehearsed, and nothing else: whatever is not in here is deployed as it was synthesized. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    type: 'AWS::CloudWatch::CompositeAlarm',
    reason: 'Unrecognized resource type',
    probe: { Properties: { AlarmRule: 'FALSE' } },
  },
  {
    type: 'AWS::EC2::FlowLog',
    reason: 'Unrecognized resource type',
    probe: {
      Properties: {
        ResourceId: 'vpc-00000001',
        ResourceType: 'VPC',
        TrafficType: 'ALL',
        LogDestinationType: 's3',
        LogDestination: 'arn:aws:s3:::flow-logs',
      },
    },
  },
  {
    type: 'AWS::SecretsManager::RotationSchedule',
    reason: 'Unrecognized resource type',
    probe: { Properties: { SecretId: 'secret', RotateImmediatelyOnUpdate: false } },
  },
  {
    type: 'AWS::ECS::ClusterCapacityProviderAssociations',
    reason: 'Unrecognized resource type',
    probe: {
      Properties: { Cluster: 'cluster', CapacityProviders: ['FARGATE'], DefaultCapacityProviderStrategy: [] },
    },
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    having: 'Metrics',
    reason: 'metric math is not supported',
    probe: {
      Properties: {
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 1,
        Metrics: [{ Id: 'sum', Expression: 'TIME_SERIES(1)', ReturnData: true }],
      },
    },
  },
];

/** The entry that a resource falls under. */
export function entryFor(
  resource: TemplateResource,
  entries: readonly LeftOut[] = LEFT_OUT,
): LeftOut | undefined {
  const has = (name: string | undefined) => name === undefined || resource.Properties?.[name] !== undefined;
  return entries.find(({ type, having }) => resource.Type === type && has(having));
}

/** `AWS::CloudWatch::Alarm with Metrics` */
export function nameOf({ type, having }: LeftOut): string {
  return having === undefined ? type : `${type} with ${having}`;
}
