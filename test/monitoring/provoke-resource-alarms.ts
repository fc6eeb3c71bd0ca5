import { describe, expect, it } from 'vitest';
import { type MetricAlarm, metricsOf } from './alarms.ts';
import type { Datum } from './emf.ts';
import { RUN } from './emitters.ts';
import { filtered, metricFilters } from './metric-filters.ts';
import { alarms, MINUTE, state, template } from './provoke.ts';

/** The cases of the alarms on what AWS says of the resources. */
describe('What AWS sends', () => {
  const at = RUN.startedAt;

  /** A value of one of the alarm's metrics, so many minutes before. */
  const value = (alarm: MetricAlarm, amount: number, minutesBefore = 0, metric = 0): Datum => ({
    ...metricsOf(alarm)[metric]!,
    value: amount,
    unit: 'None',
    at: at - minutesBefore * MINUTE,
  });

  const cases: readonly [
    string,
    quiet: (alarm: MetricAlarm) => Datum[],
    loud: (alarm: MetricAlarm) => Datum[],
  ][] = [
    ['DeadLetters', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1)]],
    ['UploadQueueAge', (alarm) => [value(alarm, 5_400)], (alarm) => [value(alarm, 5_401)]],
    ['ScheduleDeadLetters', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1)]],
    ['WebhookDeadLetters', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1)]],
    ['Throttles', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1, 0, 1)]],
  ];

  it.each(cases)('%s goes off when it should, and only then', (name, quiet, loud) => {
    const alarm = alarms.get(name)!;
    expect(state(name, quiet(alarm), at)).toBe('OK');
    expect(state(name, loud(alarm), at)).toBe('ALARM');
  });

  it.each(['error', 'failure', 'timeout'])(
    'FunctionErrors goes off with the first invocation that ends with %s, of any function',
    (status) => {
      const report = (record: object) => ({
        time: '2026-11-27T10:00:00.000Z',
        type: 'platform.report',
        record,
      });
      const filters = metricFilters(template);
      const said = (line: object) => filters.flatMap((filter) => filtered(filter, line, at));
      const others = [report({ requestId: 'a', status: 'success' }), { level: 'ERROR', status }];
      expect(state('FunctionErrors', others.flatMap(said), at)).toBe('OK');
      for (const filter of filters) {
        expect(state('FunctionErrors', filtered(filter, report({ requestId: 'a', status }), at), at)).toBe(
          'ALARM',
        );
      }
    },
  );

  describe('of the API', () => {
    /** Answers in each of the last ten minutes' two periods, by whom they are counted. */
    const answers = (requests: number, faults: number, unhealthy = 0, minutes = [2, 7]): Datum[] => {
      const alarm = alarms.get('ApiErrors')!;
      const of = (name: string) => metricsOf(alarm).findIndex((key) => key.name === name);
      const counted = [
        [of('Count'), requests],
        [of('5xx'), faults],
        [of('UnhealthyAnswers'), unhealthy],
      ] as const;
      return minutes.flatMap((minute) =>
        counted.flatMap(([index, amount]) => (amount === 0 ? [] : [value(alarm, amount, minute, index)])),
      );
    };

    it.each([
      ['where nobody asks', answers(0, 0), 'OK'],
      ['for two faults, however few the requests', answers(2, 2), 'OK'],
      ['for three of a hundred', answers(100, 3), 'OK'],
      ['for health checks that say that the sync is unhealthy', answers(60, 60, 60), 'OK'],
      ['for a few faults beside those', answers(62, 62, 60), 'OK'],
      ['for five minutes in which every call failed', answers(60, 60, 0, [7]), 'OK'],
      ['for a tenth', answers(40, 4), 'ALARM'],
      ['where every call fails', answers(3, 3), 'ALARM'],
      ['where calls fail beside health checks that do', answers(30, 20, 10), 'ALARM'],
      ['where health checks go well beside calls that fail', answers(6_000, 8), 'ALARM'],
    ])('ApiErrors does as it should %s', (_what, data, expected) => {
      expect(state('ApiErrors', data, at)).toBe(expected);
    });
  });

  it('FunctionErrors, Throttles and dead letters stay quiet where nothing is sent', () => {
    for (const name of [
      'FunctionErrors',
      'Throttles',
      'ScheduleDeadLetters',
      'DeadLetters',
      'RotationFailed',
    ]) {
      expect(state(name, [], at), name).toBe('OK');
    }
  });
});
