import type { JobSchedule, ScheduleStore } from '#core/runs/schedule-store.ts';
import { NoIntervalError } from '#core/runs/schedule-store.ts';
import type { Now } from '#core/time/clock.ts';

/** The in-memory fake of `createScheduleStore`, over the schedules in the map. */
export function createMemoryScheduleStore(schedules: Map<string, JobSchedule>, now: Now): ScheduleStore {
  return {
    list: async () => [...schedules.values()],
    async change(job, { enabled, minutes }) {
      const before = schedules.get(job);
      if (before === undefined) return undefined;
      if (minutes !== undefined && before.expression.kind !== 'rate') {
        throw new NoIntervalError(`The job ${job} runs at fixed times and has no interval.`);
      }
      const expression: JobSchedule['expression'] =
        minutes === undefined ? before.expression : { kind: 'rate', minutes };
      const wanted = { ...before, enabled: enabled ?? before.enabled, expression };
      if (JSON.stringify(wanted) === JSON.stringify(before)) return before;
      const after = { ...wanted, since: now() };
      schedules.set(job, after);
      return after;
    },
  };
}
