import { randomUUID } from 'node:crypto';
import { isAhead, keyOf, openScheduleBook, type StoredSchedule, timesOf } from './schedule-book.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

/** Time as the scheduler sees it; tests pass their own. */
export type Clock = {
  now(): Date;
  /** Runs `action` after `delayMs`; answers how to cancel. */
  after(delayMs: number, action: () => void): () => void;
};

/** The schedules of the template, and what happens when one is due. */
export type SchedulerOptions = {
  /** The template's schedules. */
  readonly definitions: ScheduleDefinition[];
  /** File that remembers changes made since; nothing is remembered where it is absent. */
  readonly path?: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock?: Clock;
  /** Delivers one firing. */
  readonly fire: (schedule: ScheduleDefinition, input: string) => void;
};

/** Fires schedules, and changes them as `UpdateSchedule` does. */
export type Scheduler = {
  get(group: string, name: string): StoredSchedule | undefined;
  list(): StoredSchedule[];
  /** When the schedule fires next; `undefined` when it is disabled or over. */
  nextRun(schedule: StoredSchedule): Date | undefined;
  /**
   * Puts a changed definition in force and remembers it.
   *
   * @throws ScheduleExpressionError, or what the write failed with, and leaves everything as it was.
   */
  update(definition: ScheduleDefinition): StoredSchedule;
  /** Makes a schedule that the template does not have. @throws ScheduleExpressionError, and makes nothing then */
  create(definition: ScheduleDefinition): StoredSchedule;
  /** Removes a schedule. @returns whether there was one */
  remove(group: string, name: string): boolean;
  arn(definition: Pick<ScheduleDefinition, 'GroupName' | 'Name'>): string;
  start(): void;
  stop(): void;
};

/** Node's timers end at 24.8 days, and a laptop that slept finds out within this time that a firing is due. */
const LONGEST_WAIT_MS = 60_000;

const systemClock: Clock = {
  now: () => new Date(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Fires the template's schedules as EventBridge Scheduler does. A firing at a fixed time that was missed while nothing
 * ran is made up for once, at the start, as long as its event would not be too old (`MaximumEventAgeInSeconds`). Changes
 * made through {@link Scheduler.update} survive a restart until the template's own entry changes, as they do where
 * CloudFormation deploys; schedules made through {@link Scheduler.create} survive until they are removed.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock = systemClock } = options;
  const book = openScheduleBook(options.definitions, options.path, () => clock.now());
  const arn = ({ GroupName, Name }: Pick<ScheduleDefinition, 'GroupName' | 'Name'>) =>
    `arn:aws:scheduler:${options.region}:${options.accountId}:schedule/${GroupName}/${Name}`;
  const fire = ({ definition }: StoredSchedule, scheduledAt: Date) => {
    if (isAtFixedTimes(definition)) book.noteFiring(definition, scheduledAt);
    options.fire(definition, inputOf(definition, scheduledAt, arn(definition)));
  };
  const timers = createTimers(clock, fire);
  let running = false;
  const inForce = (schedule: StoredSchedule): StoredSchedule => {
    if (running) timers.arm(keyOf(schedule.definition), schedule);
    return schedule;
  };
  return {
    arn,
    get: (group, name) => book.schedules.get(`${group}/${name}`),
    list: () => [...book.schedules.values()],
    nextRun: (schedule) => nextRun(schedule, clock.now()),
    update: (definition) => inForce(book.update(definition)),
    create: (definition) => inForce(book.create(definition)),
    remove: (group, name) => {
      const key = `${group}/${name}`;
      const isRemoved = book.remove(key);
      if (isRemoved) timers.disarm(key);
      return isRemoved;
    },
    start: () => {
      running = true;
      for (const [key, schedule] of book.schedules) {
        const missed = missedRun(schedule, book.firedThrough(key), clock.now());
        timers.arm(key, schedule);
        if (missed) fire(schedule, missed);
      }
    },
    stop: () => {
      running = false;
      timers.clear();
    },
  };
}

function nextRun(schedule: StoredSchedule, after: Date): Date | undefined {
  return schedule.definition.State === 'ENABLED' ? timesOf(schedule).next(after) : undefined;
}

function isAtFixedTimes({ ScheduleExpression }: ScheduleDefinition): boolean {
  return ScheduleExpression.startsWith('cron(');
}

/** The last firing that nobody was there for, while its event is not too old; many that were missed are one. */
function missedRun(schedule: StoredSchedule, known: Date | undefined, now: Date): Date | undefined {
  const { definition, modifiedAt } = schedule;
  if (!isAtFixedTimes(definition)) return undefined;
  const maxAgeMs = maxEventAgeMs(definition);
  const firedThrough = known ?? modifiedAt;
  let missed: Date | undefined;
  let due = nextRun(schedule, new Date(Math.max(firedThrough.getTime(), now.getTime() - maxAgeMs)));
  while (due !== undefined && due <= now) {
    missed = due;
    due = nextRun(schedule, due);
  }
  return missed;
}

/** Scheduler's own default is a day. */
function maxEventAgeMs({ Target }: ScheduleDefinition): number {
  const { MaximumEventAgeInSeconds: seconds = 86_400 } = (Target.RetryPolicy ?? {}) as {
    MaximumEventAgeInSeconds?: number;
  };
  return Number(seconds) * 1000;
}

function createTimers(clock: Clock, fire: (schedule: StoredSchedule, scheduledAt: Date) => void) {
  const cancels = new Map<string, () => void>();
  const wait = (key: string, schedule: StoredSchedule, due: Date): void => {
    const lookedAt = clock.now();
    const left = due.getTime() - lookedAt.getTime();
    const check = () => {
      // A clock that was put right has an earlier firing than the one that was waited for.
      if (clock.now() < lookedAt) return arm(key, schedule);
      if (clock.now() < due) return wait(key, schedule, due);
      arm(key, schedule);
      fire(schedule, due);
    };
    cancels.set(key, clock.after(Math.max(0, Math.min(left, LONGEST_WAIT_MS)), check));
  };
  const arm = (key: string, schedule: StoredSchedule): void => {
    cancels.get(key)?.();
    cancels.delete(key);
    if (isAhead(schedule.modifiedAt, clock.now())) schedule.modifiedAt = clock.now();
    const due = nextRun(schedule, clock.now());
    if (due !== undefined) wait(key, schedule, due);
  };
  return {
    arm,
    disarm: (key: string) => {
      cancels.get(key)?.();
      cancels.delete(key);
    },
    clear: () => {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}

/** The target's input with Scheduler's own keywords filled in. */
function inputOf(definition: ScheduleDefinition, scheduledAt: Date, arn: string): string {
  const values: Record<string, string> = {
    'schedule-arn': arn,
    'scheduled-time': `${scheduledAt.toISOString().slice(0, 19)}Z`,
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  const input = definition.Target.Input ?? '{}';
  return input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (all, name: string) => values[name] ?? all);
}
