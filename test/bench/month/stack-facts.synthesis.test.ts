import { describe, expect, it } from 'vitest';
import { factsOf, readStackFacts } from '#bench/month/stack-facts.ts';
import type { Template } from '#lib/synthesize.ts';

describe('factsOf', () => {
  it('counts the metrics of an alarm, and the mappings that poll', () => {
    const resource = (Type: string, Properties = {}) => ({ Type, Properties });
    const Resources = {
      plain: resource('AWS::CloudWatch::Alarm', { MetricName: 'Errors' }),
      sum: resource('AWS::CloudWatch::Alarm', {
        Metrics: [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }],
      }),
      both: resource('AWS::CloudWatch::CompositeAlarm'),
      on: resource('AWS::Lambda::EventSourceMapping', {}),
      off: resource('AWS::Lambda::EventSourceMapping', { Enabled: false }),
    };
    expect(factsOf({ Resources, Outputs: {} })).toMatchObject({
      alarmMetrics: 3,
      compositeAlarms: 1,
      polledQueues: 1,
    });
  });

  it('reads by what the task of the feed is billed, where there is one', () => {
    const task = (CpuArchitecture: string) => ({
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { Cpu: '256', Memory: '512', RuntimePlatform: { CpuArchitecture } },
    });
    const service = (AssignPublicIp: string, more = {}) => ({
      Type: 'AWS::ECS::Service',
      Properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp } }, ...more },
    });
    const CapacityProviderStrategy = [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }];
    const read = (...[first, second]: { Type: string; Properties: object }[]) =>
      factsOf({ Resources: { first, second }, Outputs: {} } as Template).feedTask;
    expect(read(task('ARM64'), service('ENABLED', { CapacityProviderStrategy }))).toEqual({
      vcpu: 0.25,
      memoryGb: 0.5,
      isArm: true,
      isSpot: true,
      hasPublicIp: true,
    });
    expect(read(task('X86_64'), service('DISABLED', { LaunchType: 'FARGATE' }))).toMatchObject({
      isArm: false,
      isSpot: false,
      hasPublicIp: false,
    });
    expect(factsOf({ Resources: {}, Outputs: {} }).feedTask).toBeUndefined();
  });
});

describe('readStackFacts', () => {
  it('reads the stack as it is deployed', () => {
    const facts = readStackFacts({ feed: true });
    expect(facts.memoryMb).toMatchObject({ 'skill-sync': 512, 'cache-cleanup': 256, 'admin-api': 512 });
    expect(facts).toMatchObject({
      secrets: 1,
      userPools: 1,
      flowLogs: 1,
      feedTask: { vcpu: 0.25, memoryGb: 0.5, isArm: true, hasPublicIp: true },
    });
    expect(facts.traced).toContain('skill-sync');
  });

  it('has neither task nor network without the feed', () => {
    expect(readStackFacts({ feed: false })).toMatchObject({ feedTask: undefined, flowLogs: 0 });
  });
});
