import type { JobSchedule } from '#core/runs/schedule-store.ts';

type Expression = JobSchedule['expression'];

const MINUTES = { minute: 1, hour: 60, day: 1_440 };

/** Reads `rate(15 minutes)` or `cron(0 0 * * ? *)`; undefined for anything else. */
export function parseExpression(text: string): Expression | undefined {
  const cron = /^cron\((.+)\)$/.exec(text)?.[1];
  if (cron !== undefined) return { kind: 'cron', cron };
  const [, value, unit] = /^rate\((\d{1,6}) (minute|hour|day)s?\)$/.exec(text) ?? [];
  if (value === undefined) return undefined;
  return { kind: 'rate', minutes: Number(value) * MINUTES[unit as keyof typeof MINUTES] };
}

/** Writes an interval as EventBridge wants it: it refuses `rate(1 minutes)`. */
export function rateOf(minutes: number): string {
  return `rate(${minutes} minute${minutes === 1 ? '' : 's'})`;
}
