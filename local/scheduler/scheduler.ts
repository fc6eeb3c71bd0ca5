import { createHash, randomUUID } from 'node:crypto';
import { isFromWrongClock } from '#core/time/wrong-clock.ts';
import { UnknownNameError } from '#local/errors.ts';
import { readPrivateJson, writePrivateJson } from '#local/services/private-file.ts';
import { readSchedule } from './aws-schedule.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

/** A schedule as it is in force. */
export type StoredSchedule = {
  readonly definition: ScheduleDefinition;
  readonly createdAt: Date;
  modifiedAt: Date;
};

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
  arn(definition: Pick<ScheduleDefinition, 'GroupName' | 'Name'>): string;
  start(): void;
  stop(): void;
};

/** On disk: what was changed by hand, and the hash of the template's entry that it was changed from. */
type Remembered = {
  readonly templateHash: string;
  readonly createdAt: string;
  modifiedAt: string;
  readonly changed?: ScheduleDefinition;
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
 * Fires the template's schedules as EventBridge Scheduler does. A firing that was missed while nothing ran is not made
 * up for. Changes made through {@link Scheduler.update} survive a restart until the template's own entry changes, as
 * they do where CloudFormation deploys.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock = systemClock, path } = options;
  const remembered = ((path && readPrivateJson(path)) ?? {}) as Record<string, Remembered>;
  const schedules = new Map<string, StoredSchedule>();
  const memory: Record<string, Remembered> = {};
  for (const definition of options.definitions) {
    const key = keyOf(definition);
    const entry = recall(definition, remembered[key], clock.now());
    memory[key] = entry;
    const schedule = toStored(definition, entry);
    // A template with an expression that AWS would refuse stops the start, not the first firing.
    timesOf(schedule);
    schedules.set(key, schedule);
  }
  const save = (entries: Record<string, Remembered>) => {
    if (path !== undefined) writePrivateJson(path, entries);
  };
  save(memory);

  const arn = ({ GroupName, Name }: Pick<ScheduleDefinition, 'GroupName' | 'Name'>) =>
    `arn:aws:scheduler:${options.region}:${options.accountId}:schedule/${GroupName}/${Name}`;
  const timers = createTimers(clock, (schedule, scheduledAt) => {
    options.fire(schedule.definition, inputOf(schedule.definition, scheduledAt, arn(schedule.definition)));
  });
  let running = false;

  return {
    arn,
    get: (group, name) => schedules.get(`${group}/${name}`),
    list: () => [...schedules.values()],
    nextRun: (schedule) => nextRun(schedule, clock.now()),
    update: (definition) => {
      const key = keyOf(definition);
      const entry = memory[key];
      if (entry === undefined) throw new UnknownNameError(`There is no schedule ${key}.`);
      const changed: Remembered = { ...entry, changed: definition, modifiedAt: clock.now().toISOString() };
      const schedule = toStored(definition, changed);
      timesOf(schedule);
      // A change that a restart would forget is not made.
      save({ ...memory, [key]: changed });
      memory[key] = changed;
      schedules.set(key, schedule);
      if (running) timers.arm(key, schedule);
      return schedule;
    },
    start: () => {
      running = true;
      for (const [key, schedule] of schedules) timers.arm(key, schedule);
    },
    stop: () => {
      running = false;
      timers.clear();
    },
  };
}

function keyOf({ GroupName, Name }: ScheduleDefinition): string {
  return `${GroupName}/${Name}`;
}

function recall(definition: ScheduleDefinition, known: Remembered | undefined, now: Date): Remembered {
  const templateHash = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
  if (known?.templateHash === templateHash) {
    // A rate counts from its last change: one that a wrong clock has put into the future would not fire until then.
    return isAhead(new Date(known.modifiedAt), now) ? { ...known, modifiedAt: now.toISOString() } : known;
  }
  return { templateHash, createdAt: known?.createdAt ?? now.toISOString(), modifiedAt: now.toISOString() };
}

function isAhead(time: Date, now: Date): boolean {
  return isFromWrongClock(time.getTime(), now.getTime(), 0);
}

function toStored(definition: ScheduleDefinition, entry: Remembered): StoredSchedule {
  return {
    definition: entry.changed ?? definition,
    createdAt: new Date(entry.createdAt),
    modifiedAt: new Date(entry.modifiedAt),
  };
}

function timesOf({ definition, modifiedAt }: StoredSchedule) {
  return readSchedule(definition.ScheduleExpression, definition.ScheduleExpressionTimezone, modifiedAt);
}

function nextRun(schedule: StoredSchedule, after: Date): Date | undefined {
  return schedule.definition.State === 'ENABLED' ? timesOf(schedule).next(after) : undefined;
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
