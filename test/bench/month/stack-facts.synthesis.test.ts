import { describe, expect, it } from 'vitest';
import { factsOf, readStackFacts } from '#bench/month/stack-facts.ts';

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
});

describe('readStackFacts', () => {
  it('reads the stack as it is deployed', () => {
    const facts = readStackFacts({ feed: true });
    expect(facts.memoryMb).toMatchObject({ 'skill-sync': 512, 'cache-cleanup': 256, 'admin-api': 512 });
    expect(facts).toMatchObject({ secrets: 1, userPools: 1 });
  });
});
