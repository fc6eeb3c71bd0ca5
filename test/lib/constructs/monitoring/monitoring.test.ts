import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { FUNCTION_METADATA_KEY } from '#lib/function-metadata.ts';
import { testTemplate } from '#test/lib/test-stack.ts';
import {
  compositeAlarms,
  headingOf,
  keyText,
  type MetricAlarm,
  metricAlarms,
  metricsOf,
} from '#test/monitoring/alarms.ts';
import { metricFilters } from '#test/monitoring/metric-filters.ts';
import { FUNCTIONS, watchedStack } from '#test/monitoring/watched-stack.ts';

/** What each metric alarm reads and when it goes off: `statistic metric, …; periods × seconds; condition; missing data`. */
const ALARMS: Record<string, string> = {
  SyncStaleCondition: 'SampleCount RunDuration, Sum MarketplaceUnavailable; 12 of 12 × 300 s; < 1; breaching',
  SetUp: 'SampleCount RunDuration; 1 of 1 × 300 s; < 1; ignore',
  RatingSyncStale: 'SampleCount RunDuration, SampleCount RunDuration; 1 of 1 × 4500 s; < 1; notBreaching',
  MarketplaceDown: 'Sum MarketplaceUnavailable, SampleCount RunDuration; 1 of 1 × 2100 s; > 0; notBreaching',
  HighErrorRate:
    'SampleCount RunDuration, Sum RunFailure, SampleCount RunDuration, Sum RunFailure; 1 of 1 × 10800 s; > 10; notBreaching',
  SyncSlow: 'p95 RunDuration; 2 of 3 × 3600 s; > 60000; notBreaching',
  CacheLow: 'SampleCount CachedSkills; 1 of 8 × 300 s; >= 1; notBreaching',
  ConflictHigh: 'Sum ConflictsDetected, Sum ConflictsDetected; 1 of 1 × 3600 s; > 5; notBreaching',
  MassRemovalRefused: 'Sum MassRemovalRefused; 1 of 8 × 300 s; >= 1; notBreaching',
  WebSocketDisconnectedCondition:
    'Maximum FeedConnected, Maximum FeedDisabled, Sum MarketplaceUnavailable; 4 of 4 × 300 s; < 1; breaching',
  FeedFlapping: 'Sum FeedReconnects; 1 of 1 × 3600 s; > 5; notBreaching',
  FailedUploads: 'Maximum FailedUploads; 1 of 14 × 300 s; >= 1; notBreaching',
  CleanupFailing: 'Sum RunFailure; 1 of 24 × 3600 s; >= 1; notBreaching',
  TokenExpiring: 'SampleCount TokenEndsIn; 1 of 8 × 300 s; >= 1; notBreaching',
  RotationFailed: 'Sum RotationFailed; 1 of 24 × 3600 s; >= 1; notBreaching',
  ApiErrors: 'Sum 5xx, Sum UnhealthyAnswers, Sum Count; 2 of 3 × 300 s; >= 10; notBreaching',
  AuditRecordsLost: 'Sum LostAuditRecords; 1 of 1 × 300 s; >= 1; notBreaching',
  DeadLetters: 'Maximum ApproximateNumberOfMessagesVisible; 1 of 1 × 300 s; > 0; notBreaching',
  UploadQueueAge: 'Maximum ApproximateAgeOfOldestMessage; 1 of 1 × 300 s; > 5400; notBreaching',
  ScheduleDeadLetters: 'Maximum ApproximateNumberOfMessagesVisible; 1 of 1 × 300 s; > 0; notBreaching',
  FunctionErrors: 'Sum FunctionErrors; 1 of 1 × 300 s; >= 1; notBreaching',
  Throttles: 'Sum Throttles, Sum Throttles; 1 of 1 × 300 s; >= 1; notBreaching',
  TableThrottles: 'Sum TableThrottles; 1 of 1 × 300 s; >= 1; notBreaching',
  RateLimitHigh: 'SampleCount RateLimitUse; 4 of 6 × 300 s; >= 1; notBreaching',
};

/** Who is told: critical ones also that it is over; a condition nobody, since its composite alarm does. */
const CRITICAL = ['SyncStale', 'WebSocketDisconnected', 'HighErrorRate', 'MarketplaceDown', 'ApiErrors'];
const SILENT = ['SetUp'];
/** Told only once the stack is set up. */
const GATED = ['SyncStale', 'WebSocketDisconnected'];

const SIGNS: Record<string, string> = {
  LessThanThreshold: '<',
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '>=',
};

/** An expression in which everything that may lack a part without lacking a value has become one word. */
function reduced(expression: string): string {
  const simpler = expression
    .replaceAll(/SUM\(\[[^\]]*\]\)|FILL\(\w+, 0\)|100 \* safe \/ safe/g, 'safe')
    .replaceAll(/IF\((safe|skills) >= \d+, (safe|\d+), (safe|\d+)\)/g, 'safe');
  return simpler === expression ? simpler : reduced(simpler);
}

function inWords(alarm: MetricAlarm): string {
  const read = alarm.queries.flatMap((one) => ('stat' in one ? [`${one.stat} ${one.metric.name}`] : []));
  return [
    read.join(', '),
    `${alarm.datapointsToAlarm} of ${alarm.evaluationPeriods} × ${alarm.periodSeconds} s`,
    `${SIGNS[alarm.comparison]} ${alarm.threshold}`,
    alarm.missing,
  ].join('; ');
}

const names = (alarms: Map<string, unknown>) => [...alarms.keys()].toSorted();

describe('Monitoring', () => {
  const { template, monitoring } = watchedStack();
  const alarms = metricAlarms(template);
  const composites = compositeAlarms(template);
  const topic = { Ref: Object.keys(template.findResources('AWS::SNS::Topic'))[0] };

  it('has exactly these metric alarms', () => {
    expect(names(alarms)).toEqual(Object.keys(ALARMS).toSorted());
  });

  it.each(Object.entries(ALARMS))('lets %s go off when it should', (name, words) => {
    expect(inWords(alarms.get(name)!)).toBe(words);
  });

  it('reads no expression in which a metric without data could take the others with it', () => {
    for (const [name, { queries }] of alarms) {
      for (const one of queries) {
        if (!('expression' in one)) continue;
        // What is summed may be missing, and what is filled; a divisor is there where there is something to divide.
        expect(reduced(one.expression), name).toBe('safe');
      }
    }
  });

  it('satisfies cdk-nag', () => {
    const mailed = watchedStack({ ATOM_SYNC_ALARM_EMAIL: 'operator@example.com' });
    const { violations } = new AwsSolutionsChecks(mailed.app).validateScope(mailed.monitoring);
    expect(violations).toEqual([]);
  });

  it('tells of critical alarms when they begin and end, of warnings when they begin, of the rest never', () => {
    const all: [string, readonly unknown[], readonly unknown[]][] = [
      ...[...alarms].map(([name, one]) => [name, one.alarmActions, one.okActions] as const),
      ...[...composites].map(([name, one]) => [name, one.AlarmActions ?? [], one.OKActions ?? []] as const),
    ].map(([name, begin, end]) => [name, begin, end]);
    for (const [name, begin, end] of all) {
      const silent = SILENT.includes(name) || name.endsWith('Condition');
      expect(begin, name).toEqual(silent ? [] : [topic]);
      expect(end, name).toEqual(CRITICAL.includes(name) ? [topic] : []);
    }
  });

  it('links each alarm to its heading in the runbook and says why missing data counts as it does', () => {
    for (const [name, { description, missing }] of alarms) {
      expect(description, name).toMatch(
        /Missing data is (breaching|notBreaching|ignore): \S.{20,}\. Runbook: /,
      );
      expect(description).toContain(`Missing data is ${missing}: `);
      expect(description).toMatch(
        new RegExp(` Runbook: docs/runbook\\.md#${headingOf(name).toLowerCase()}$`),
      );
      expect(description.length).toBeLessThanOrEqual(1024);
    }
    for (const [name, { AlarmDescription }] of composites) {
      expect(AlarmDescription).toMatch(new RegExp(` Runbook: docs/runbook\\.md#${name.toLowerCase()}$`));
    }
    for (const name of CRITICAL) {
      const text = composites.get(name)?.AlarmDescription ?? alarms.get(name)?.description;
      expect(text).toMatch(/^CRITICAL\. /);
    }
  });

  it('takes the address of the runbook from the settings', () => {
    const url = 'https://wiki.example.com/atom-sync';
    const changed = metricAlarms(watchedStack({ ATOM_SYNC_RUNBOOK_URL: url }).template);
    expect(changed.get('CacheLow')?.description).toMatch(
      / Runbook: https:\/\/wiki.example.com\/atom-sync#cachelow$/,
    );
  });

  it('calls alarms by the stack, so that two stacks can be in one region', () => {
    const other = watchedStack({ ATOM_SYNC_STACK_NAME: 'atom-eu' }).template;
    expect(metricAlarms(other).get('CacheLow')?.name).toBe('atom-eu-CacheLow');
    expect(compositeAlarms(other).get('SyncStale')?.AlarmName).toBe('atom-eu-SyncStale');
    expect(metricsOf(metricAlarms(other).get('CacheLow')!)[0]?.namespace).toBe('AtomSync/atom-eu');
  });

  describe('before the stack is set up', () => {
    const arn = (name: string) => {
      const all = { ...template.findResources('AWS::CloudWatch::Alarm') };
      const id = Object.keys(all).find((one) => all[one]?.Properties.AlarmName === `atom-sync-${name}`);
      return { 'Fn::GetAtt': [id, 'Arn'] };
    };

    it.each(GATED)('keeps %s quiet', (name) => {
      const alarm = composites.get(name);
      expect(alarm?.AlarmRule).toEqual({
        'Fn::Join': ['', ['(ALARM("', arn(`${name}Condition`), '") AND OK("', arn('SetUp'), '"))']],
      });
      expect(alarm?.ActionsSuppressor).toBeUndefined();
    });

    it('has no other composite alarms', () => {
      expect(names(composites)).toEqual(GATED);
    });

    it('has nothing to ask where nothing goes off by silence', () => {
      const still = watchedStack({ ENABLE_SCHEDULER: 'false' }, { feed: null }).template;
      expect(names(metricAlarms(still))).not.toContain('SetUp');
      expect(names(compositeAlarms(still))).toEqual([]);
    });
  });

  it.each([
    [5, 10, { stale: 12, downSeconds: 900, ratingSeconds: 3_600, rateSeconds: 3600 }],
    [15, 30, { stale: 12, downSeconds: 2_100, ratingSeconds: 4_500, rateSeconds: 10_800 }],
    [30, 60, { stale: 15, downSeconds: 3_900, ratingSeconds: 8_100, rateSeconds: 21_600 }],
    [60, 120, { stale: 27, downSeconds: 7_500, ratingSeconds: 15_300, rateSeconds: 43_200 }],
  ])(
    'fits intervals of %i and %i minutes',
    (skills, ratings, { stale, downSeconds, ratingSeconds, rateSeconds }) => {
      const fitted = metricAlarms(
        watchedStack({
          ATOM_SAAS_SYNC_INTERVAL_MINUTES: String(skills),
          ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: String(ratings),
        }).template,
      );
      expect(fitted.get('SyncStaleCondition')?.evaluationPeriods).toBe(stale);
      expect(fitted.get('MarketplaceDown')?.periodSeconds).toBe(downSeconds);
      expect(fitted.get('RatingSyncStale')?.periodSeconds).toBe(ratingSeconds);
      expect(fitted.get('HighErrorRate')?.periodSeconds).toBe(rateSeconds);
      for (const { periodSeconds, evaluationPeriods } of fitted.values()) {
        expect(periodSeconds * evaluationPeriods, 'CloudWatch looks back for a day').toBeLessThanOrEqual(
          86_400,
        );
      }
    },
  );

  it.each([{ ENABLE_SCHEDULER: 'false' }, { ATOM_SAAS_ENABLED: 'false' }])(
    'wakes nobody for runs that do not come with %j',
    (env) => {
      const { template: off } = watchedStack(env);
      const left = [...names(metricAlarms(off)), ...names(compositeAlarms(off))].map(headingOf);
      for (const name of ['SyncStale', 'RatingSyncStale', 'MarketplaceDown']) {
        expect(left).not.toContain(name);
      }
      expect(left).toContain('HighErrorRate');
    },
  );

  it('has no alarm on what is not deployed', () => {
    const noFeed = metricAlarms(watchedStack({}, { feed: null }).template);
    const syncOnly = metricAlarms(watchedStack({}, { names: ['skill-sync'] }).template);
    expect(names(noFeed).filter((name) => /Feed|WebSocket/.test(name))).toEqual([]);
    expect(names(syncOnly).filter((name) => /Rating|Rotation|Failed|Cleanup/.test(name))).toEqual([]);
    expect(metricsOf(syncOnly.get('HighErrorRate')!)).toHaveLength(2);
  });

  it('counts the failed invocations of however many functions in one metric', () => {
    const many = Array.from({ length: 12 }, (_, index) => `function-${index}`);
    const wide = watchedStack({}, { names: [...many, 'admin-api'] }).template;
    expect(metricFilters(wide)).toHaveLength(13);
    expect(new Set(metricFilters(wide).map(({ metric }) => keyText(metric))).size).toBe(1);
    expect(metricsOf(metricAlarms(wide).get('FunctionErrors')!)).toHaveLength(1);
  });

  it('knows what the alarms cost', () => {
    const read = [...alarms.values()].reduce((sum, alarm) => sum + metricsOf(alarm).length, 0);
    expect(monitoring.alarmsUsd).toBeCloseTo(read * 0.1 + composites.size * 0.5, 6);
  });
});

describe('Monitoring of the stack', () => {
  const template = testTemplate();
  const alarms = metricAlarms(template);
  const watched = (name: string, dimension: string) =>
    metricsOf(alarms.get(name)!)
      .map(({ dimensions }) => JSON.stringify(dimensions[dimension]))
      .toSorted();

  it('leaves no function of ours out', () => {
    const ours = Object.entries(template.findResources('AWS::Lambda::Function'))
      .filter(([, fn]) => fn.Metadata?.[FUNCTION_METADATA_KEY] !== undefined)
      .map(([id]) => JSON.stringify({ Ref: id }))
      .toSorted();
    expect(ours.length).toBeGreaterThan(5);
    const logGroups = Object.entries(template.findResources('AWS::Lambda::Function'))
      .filter(([, fn]) => fn.Metadata?.[FUNCTION_METADATA_KEY] !== undefined)
      .map(([, fn]) => JSON.stringify(fn.Properties.LoggingConfig.LogGroup));
    expect(
      metricFilters(template)
        .map(({ logGroup }) => JSON.stringify(logGroup))
        .toSorted(),
    ).toEqual(logGroups.toSorted());
    for (const one of watched('Throttles', 'FunctionName')) expect(ours).toContain(one);
  });

  it('leaves no dead-letter queue out', () => {
    const dead = Object.entries(template.findResources('AWS::SQS::Queue'))
      .filter(([, queue]) => queue.Properties.RedrivePolicy === undefined)
      .map(([id]) => JSON.stringify({ 'Fn::GetAtt': [id, 'QueueName'] }))
      .toSorted();
    expect(
      [...watched('ScheduleDeadLetters', 'QueueName'), ...watched('DeadLetters', 'QueueName')].toSorted(),
    ).toEqual(dead);
  });

  it('watches the feed where there is one', () => {
    const tasks = Object.keys(template.findResources('AWS::ECS::Service')).length;
    expect(alarms.has('WebSocketDisconnectedCondition')).toBe(tasks > 0);
  });

  it('reads the namespace into which everything that runs emits', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'))
      .filter((fn) => fn.Metadata?.[FUNCTION_METADATA_KEY] !== undefined)
      .map((fn) => fn.Properties.Environment.Variables.POWERTOOLS_METRICS_NAMESPACE);
    const containers = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
      .flatMap((task) => task.Properties.ContainerDefinitions)
      .map(({ Environment = [] }) => Environment)
      .map((all: { Name: string; Value: string }[]) => all.find(({ Name }) => /NAMESPACE/.test(Name))?.Value);
    expect(new Set([...functions, ...containers])).toEqual(new Set(['AtomSync/atom-sync']));
  });

  it('knows each function in the tests of all of them', () => {
    const ours = Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
      (fn) => fn.Metadata?.[FUNCTION_METADATA_KEY] ?? [],
    );
    expect(FUNCTIONS).toEqual(expect.arrayContaining(ours));
  });
});
