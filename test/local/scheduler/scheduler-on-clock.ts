import type { ScheduleDefinition } from '#local/scheduler/schedule-definition.ts';
import { type Clock, createScheduler } from '#local/scheduler/scheduler.ts';

/** A schedule of every fifteen minutes. */
export const JOB: ScheduleDefinition = {
  Name: 'job',
  GroupName: 'group',
  ScheduleExpression: 'rate(15 minutes)',
  ScheduleExpressionTimezone: 'UTC',
  State: 'ENABLED',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:fn',
    RoleArn: 'arn:role',
    Input: '{"at":"<aws.scheduler.scheduled-time>","x":"<aws.other>"}',
  },
};

/** Time that moves only when a test says so. */
export function createFakeClock(start = '2026-02-01T00:00:00Z') {
  let now = Date.parse(start);
  const timers = new Set<{ at: number; action: () => void }>();
  const clock: Clock = {
    now: () => new Date(now),
    after: (delayMs, action) => {
      const timer = { at: now + delayMs, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const advanceTo = (iso: string) => {
    const end = Date.parse(iso);
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.action();
    }
    now = end;
  };
  /** The computer slept: time jumps, and the timers only then find out. */
  const jumpTo = (iso: string) => {
    now = Date.parse(iso);
  };
  return { clock, advanceTo, jumpTo, timers };
}

/** A scheduler on that clock, and what it fires. */
export function create(definitions: ScheduleDefinition[], fake = createFakeClock(), path?: string) {
  const fired: string[] = [];
  const scheduler = createScheduler({
    definitions,
    path,
    region: 'us-east-1',
    accountId: '000000000000',
    clock: fake.clock,
    fire: ({ Name }, input) => fired.push(`${Name} ${fake.clock.now().toISOString().slice(0, 16)} ${input}`),
  });
  return { ...fake, scheduler, fired };
}
