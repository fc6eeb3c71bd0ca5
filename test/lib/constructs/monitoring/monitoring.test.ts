import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { FUNCTION_METADATA_KEY } from '#lib/function-metadata.ts';
import { testTemplate } from '#test/lib/test-stack.ts';
import {
  type CompositeAlarm,
  compositeAlarms,
  headingOf,
  type MetricAlarm,
  metricAlarms,
  metricsOf,
} from '#test/monitoring/alarms.ts';
import { FUNCTIONS, watchedStack } from '#test/monitoring/watched-stack.ts';

/** What each metric alarm reads and when it goes off: `statistic metric, …; periods × seconds; condition; missing data`. */
const ALARMS: Record<string, string> = {
  SyncStaleCondition: 'Sum RunSuccess; 12 of 12 × 300 s; < 1; breaching',
  SyncOverdue: 'Sum RunSuccess; 7 of 7 × 300 s; < 1; breaching',
  RatingSyncStaleCondition: 'Sum RunSuccess; 15 of 15 × 300 s; < 1; breaching',
  HighErrorRateCondition:
    'SampleCount RunSuccess, Sum RunSuccess, SampleCount RunSuccess, Sum RunSuccess; 1 of 1 × 10800 s; > 10; notBreaching',
  MarketplaceUnavailable:
    'Sum MarketplaceUnavailable, Sum MarketplaceUnavailable; 1 of 5 × 300 s; >= 1; notBreaching',
  SyncSlow: 'p95 RunDuration; 2 of 3 × 3600 s; > 60000; notBreaching',
  CacheLow: 'Minimum CachedSkills; 1 of 1 × 300 s; < 1000; ignore',
  ConflictHigh: 'Sum ConflictsDetected, Sum ConflictsDetected; 1 of 1 × 3600 s; > 5; notBreaching',
  MassRemovalRefused: 'Sum MassRemovalRefused; 1 of 8 × 300 s; >= 1; notBreaching',
  WebSocketDisconnectedCondition:
    'Maximum FeedConnected, Maximum FeedDisabled; 10 of 10 × 60 s; < 1; breaching',
  FeedFlapping: 'Sum FeedReconnects; 1 of 1 × 3600 s; > 5; notBreaching',
  FailedUploads: 'Maximum FailedUploads; 1 of 1 × 300 s; > 0; ignore',
  RotationFailed: 'Sum RotationFailed; 1 of 24 × 3600 s; >= 1; notBreaching',
  AuditRecordsLost: 'Sum LostAuditRecords; 1 of 1 × 300 s; >= 1; notBreaching',
  DeadLetters: 'Maximum ApproximateNumberOfMessagesVisible; 1 of 1 × 300 s; > 0; notBreaching',
  UploadQueueAge: 'Maximum ApproximateAgeOfOldestMessage; 1 of 1 × 300 s; > 5400; notBreaching',
  ScheduleDeadLetters: 'Maximum ApproximateNumberOfMessagesVisible; 1 of 1 × 300 s; > 0; notBreaching',
  FunctionErrors: `${times(6, 'Sum Errors')}; 1 of 1 × 300 s; > 0; notBreaching`,
  Throttles: `${times(6, 'Sum Throttles')}; 1 of 1 × 300 s; > 0; notBreaching`,
  TableThrottles: `${times(4, 'Sum ReadThrottleEvents, Sum WriteThrottleEvents')}; 1 of 1 × 300 s; > 0; notBreaching`,
};

/** Who is told: critical ones also that it is over; a condition nobody, since its composite alarm does. */
const CRITICAL = ['SyncStale', 'WebSocketDisconnected', 'HighErrorRate', 'MarketplaceDown'];
const SILENT = ['SyncOverdue', 'MarketplaceUnavailable'];
const FOLLOW_UPS = { SyncStale: 300, RatingSyncStale: 300, HighErrorRate: 300, WebSocketDisconnected: 600 };

const SIGNS: Record<string, string> = {
  LessThanThreshold: '<',
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '>=',
};

function times(count: number, text: string): string {
  return Array.from({ length: count }, () => text).join(', ');
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

  it('fills gaps with zeros wherever a window is to be kept to', () => {
    const filled = [...alarms].filter(([, { queries, returned }]) =>
      queries.some(
        (one) => one.id === returned && 'expression' in one && one.expression === 'FILL(value, 0)',
      ),
    );
    expect(filled.map(([name]) => name).toSorted()).toEqual([
      'MarketplaceUnavailable',
      'MassRemovalRefused',
      'RatingSyncStaleCondition',
      'RotationFailed',
      'SyncOverdue',
      'SyncStaleCondition',
      'TableThrottles',
      'WebSocketDisconnectedCondition',
    ]);
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
    for (const name of CRITICAL) expect(composites.get(name)?.AlarmDescription).toMatch(/^CRITICAL\. /);
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

  describe('when the marketplace is away', () => {
    const arn = (name: string) => {
      const all = { ...template.findResources('AWS::CloudWatch::Alarm') };
      const id = Object.keys(all).find((one) => all[one]?.Properties.AlarmName === `atom-sync-${name}`);
      return { 'Fn::GetAtt': [id, 'Arn'] };
    };
    const rule = (alarm: CompositeAlarm | undefined) => JSON.stringify(alarm?.AlarmRule);

    it('says so once, after two intervals without success', () => {
      const down = composites.get('MarketplaceDown');
      expect(down?.AlarmRule).toEqual({
        'Fn::Join': [
          '',
          ['(ALARM("', arn('MarketplaceUnavailable'), '") AND ALARM("', arn('SyncOverdue'), '"))'],
        ],
      });
      expect(down?.ActionsSuppressor).toBeUndefined();
    });

    it.each(Object.entries(FOLLOW_UPS))(
      'keeps %s quiet, waiting %i s for the cause to show',
      (name, wait) => {
        const alarm = composites.get(name);
        expect(rule(alarm)).toBe(
          JSON.stringify({ 'Fn::Join': ['', ['ALARM("', arn(`${name}Condition`), '")']] }),
        );
        expect(alarm).toMatchObject({
          ActionsSuppressor: arn('MarketplaceUnavailable'),
          ActionsSuppressorWaitPeriod: wait,
          ActionsSuppressorExtensionPeriod: 300,
        });
      },
    );

    it('has no other composite alarms', () => {
      expect(names(composites)).toEqual([...Object.keys(FOLLOW_UPS), 'MarketplaceDown'].toSorted());
    });
  });

  it.each([
    [5, 10, { stale: 12, overdue: 3, ratingStale: 12, rateSeconds: 3600 }],
    [15, 30, { stale: 12, overdue: 7, ratingStale: 15, rateSeconds: 10_800 }],
    [30, 60, { stale: 15, overdue: 13, ratingStale: 27, rateSeconds: 21_600 }],
    [60, 120, { stale: 27, overdue: 25, ratingStale: 51, rateSeconds: 43_200 }],
  ])(
    'fits intervals of %i and %i minutes',
    (skills, ratings, { stale, overdue, ratingStale, rateSeconds }) => {
      const fitted = metricAlarms(
        watchedStack({
          ATOM_SAAS_SYNC_INTERVAL_MINUTES: String(skills),
          ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: String(ratings),
        }).template,
      );
      expect(fitted.get('SyncStaleCondition')?.evaluationPeriods).toBe(stale);
      expect(fitted.get('SyncOverdue')?.evaluationPeriods).toBe(overdue);
      expect(fitted.get('RatingSyncStaleCondition')?.evaluationPeriods).toBe(ratingStale);
      expect(fitted.get('HighErrorRateCondition')?.periodSeconds).toBe(rateSeconds);
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
      for (const name of ['SyncStale', 'RatingSyncStale', 'SyncOverdue', 'MarketplaceDown']) {
        expect(left).not.toContain(name);
      }
      expect(left).toContain('HighErrorRate');
    },
  );

  it('has no alarm on what is not deployed', () => {
    const noFeed = metricAlarms(watchedStack({}, { feed: null }).template);
    const syncOnly = metricAlarms(watchedStack({}, { names: ['skill-sync'] }).template);
    expect(names(noFeed).filter((name) => /Feed|WebSocket/.test(name))).toEqual([]);
    expect(names(syncOnly).filter((name) => /Rating|Rotation|Failed/.test(name))).toEqual([]);
    expect(metricsOf(syncOnly.get('HighErrorRateCondition')!)).toHaveLength(2);
  });

  it('makes a second alarm of more than ten functions: in an alarm, metric math reads ten metrics', () => {
    const many = Array.from({ length: 12 }, (_, index) => `function-${index}`);
    const wide = metricAlarms(watchedStack({}, { names: many }).template);
    expect(metricsOf(wide.get('FunctionErrors')!)).toHaveLength(10);
    expect(metricsOf(wide.get('FunctionErrors2')!)).toHaveLength(2);
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
    expect(watched('FunctionErrors', 'FunctionName')).toEqual(ours);
    expect(watched('Throttles', 'FunctionName')).toEqual(ours);
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
