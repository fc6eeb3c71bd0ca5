import { createHash } from 'node:crypto';
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

/** On disk: what was changed or made by calls, and the hash of the template's entry that it was changed from. */
type Remembered = {
  /** Empty where the schedule is none of the template's. */
  readonly templateHash: string;
  readonly createdAt: string;
  modifiedAt: string;
  readonly changed?: ScheduleDefinition;
  /** Up to when its times have been fired, or were not to be; undefined before the first. */
  firedThrough?: string;
};

/** A schedule that a call made; no hash of the template's is like it. */
const MADE = '';

/** The schedules as they are in force, kept in a file. */
export type ScheduleBook = {
  /** By `keyOf`. */
  readonly schedules: ReadonlyMap<string, StoredSchedule>;
  /** @throws UnknownNameError, ScheduleExpressionError, or what the write failed with, and leaves everything as it was */
  update(definition: ScheduleDefinition): StoredSchedule;
  /** @throws ScheduleExpressionError, or what the write failed with, and makes nothing then */
  create(definition: ScheduleDefinition): StoredSchedule;
  /** @returns whether there was one */
  remove(key: string): boolean;
  noteFiring(definition: ScheduleDefinition, scheduledAt: Date): void;
  firedThrough(key: string): Date | undefined;
};

/**
 * Opens the book: the template's schedules, what calls changed of them, and those that calls made.
 *
 * @param path file that remembers changes; nothing is remembered where it is absent
 */
export function openScheduleBook(
  definitions: readonly ScheduleDefinition[],
  path: string | undefined,
  now: () => Date,
): ScheduleBook {
  const { schedules, memory } = recallAll(definitions, path, now());
  const save = (entries: Record<string, Remembered>) => {
    if (path !== undefined) writePrivateJson(path, entries);
  };
  save(memory);
  const put = (definition: ScheduleDefinition, entry: Omit<Remembered, 'changed' | 'modifiedAt'>) => {
    const key = keyOf(definition);
    const changed: Remembered = { ...entry, changed: definition, modifiedAt: now().toISOString() };
    const schedule = toStored(definition, changed);
    timesOf(schedule);
    // A change that a restart would forget is not made.
    save({ ...memory, [key]: changed });
    memory[key] = changed;
    schedules.set(key, schedule);
    return schedule;
  };
  return {
    schedules,
    update: (definition) => {
      const entry = memory[keyOf(definition)];
      if (entry === undefined) throw new UnknownNameError(`There is no schedule ${keyOf(definition)}.`);
      return put(definition, entry);
    },
    create: (definition) => put(definition, { templateHash: MADE, createdAt: now().toISOString() }),
    remove: (key) => {
      if (!schedules.has(key)) return false;
      const { [key]: _removed, ...others } = memory;
      save(others);
      delete memory[key];
      return schedules.delete(key);
    },
    noteFiring: (definition, scheduledAt) => {
      const entry = memory[keyOf(definition)];
      if (entry === undefined) return;
      entry.firedThrough = scheduledAt.toISOString();
      save(memory);
    },
    firedThrough: (key) => {
      const { firedThrough } = memory[key] ?? {};
      return firedThrough === undefined ? undefined : new Date(firedThrough);
    },
  };
}

function recallAll(definitions: readonly ScheduleDefinition[], path: string | undefined, now: Date) {
  const remembered = ((path && readPrivateJson(path)) ?? {}) as Record<string, Remembered>;
  const schedules = new Map<string, StoredSchedule>();
  const memory: Record<string, Remembered> = {};
  for (const definition of definitions) {
    const key = keyOf(definition);
    const entry = recall(definition, remembered[key], now);
    memory[key] = entry;
    const schedule = toStored(definition, entry);
    // A template with an expression that AWS would refuse stops the start, not the first firing.
    timesOf(schedule);
    schedules.set(key, schedule);
  }
  for (const [key, entry] of Object.entries(remembered)) {
    if (entry.templateHash !== MADE || entry.changed === undefined || schedules.has(key)) continue;
    memory[key] = entry;
    schedules.set(key, toStored(entry.changed, entry));
  }
  return { schedules, memory };
}

/** The one name of a schedule. */
export function keyOf({ GroupName, Name }: ScheduleDefinition): string {
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

/** Whether a time is one that only a wrong clock can have written. */
export function isAhead(time: Date, now: Date): boolean {
  return isFromWrongClock(time.getTime(), now.getTime(), 0);
}

function toStored(definition: ScheduleDefinition, entry: Remembered): StoredSchedule {
  return {
    definition: entry.changed ?? definition,
    createdAt: new Date(entry.createdAt),
    modifiedAt: new Date(entry.modifiedAt),
  };
}

/** When a schedule fires. @throws ScheduleExpressionError */
export function timesOf({ definition, modifiedAt }: StoredSchedule) {
  return readSchedule(definition.ScheduleExpression, definition.ScheduleExpressionTimezone, modifiedAt);
}
