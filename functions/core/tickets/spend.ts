import { isoFromMs } from '#core/time/instant.ts';
import {
  NO_USE,
  type Reservation,
  type SpendDay,
  type SpendMonth,
  type SpendPurpose,
  type SpendUse,
  sumOfUses,
} from './spend-ledger.ts';

/** How much may be spent, in millionths of a US dollar. 0: nothing at all. */
export type SpendLimits = {
  readonly perDay: number;
  readonly perMonth: number;
  readonly perRun: number;
};

/** The period whose limit does not hold a request. */
export type SpendPeriod = 'day' | 'month' | 'run';

export type ReserveResult =
  | { readonly isReserved: true }
  | {
      readonly isReserved: false;
      readonly exceeded: SpendPeriod;
      /** When there will be room again, in milliseconds since 1970; undefined for a run's limit, which the next run has anew. */
      readonly resetsAt: number | undefined;
      /** What is left of it, in millionths of a US dollar. */
      readonly left: number;
    };

/** What is to be reserved: `microUsd` at most will be spent under `id`. */
export type ReserveRequest = {
  /** Made by {@link reservationId}; the same id reserves once, however often it is tried. */
  readonly id: string;
  readonly microUsd: number;
  readonly model: string;
  readonly purpose: SpendPurpose;
  readonly runId: string;
};

type Step<T> = { readonly next: SpendMonth; readonly result: T };

/** So many runs are told apart in a month's ledger; the oldest have long ended. */
const MAX_RUNS = 40;

/** The month of a time, `2026-11`, in UTC. */
export function monthOf(now: number): string {
  return isoFromMs(now).slice(0, 7);
}

/** The id of a reservation: it tells the day that the cost counts for. `name` is unique to the request. */
export function reservationId(now: number, name: string): string {
  return `${isoFromMs(now).slice(0, 10)}/${name}`;
}

/** The month in whose ledger a reservation is, whenever its cost comes. */
export function monthOfReservation(id: string): string {
  return id.slice(0, 7);
}

export function emptyMonth(month: string): SpendMonth {
  return { month, days: {}, open: {}, runs: {} };
}

/**
 * Reserves what a request costs at most, before it is made. What is reserved counts as spent, so that requests at the
 * same time can't exceed a limit together. Of several limits that it would exceed, the one that holds longest is told.
 */
export function reserve(
  before: SpendMonth,
  request: ReserveRequest,
  limits: SpendLimits,
  now: number,
): Step<ReserveResult> {
  const { id, microUsd, model, purpose, runId } = request;
  if (before.open[id]) return { next: before, result: { isReserved: true } };
  const day = dayOf(id);
  const exceeded = exceededLimit(before, { day, runId, microUsd }, limits);
  if (exceeded) {
    const resetsAt = resetOf(exceeded.period, now);
    return {
      next: before,
      result: { isReserved: false, exceeded: exceeded.period, resetsAt, left: exceeded.left },
    };
  }
  const reservation: Reservation = { day, model, purpose, microUsd, runId, at: now };
  const next = { ...before, open: { ...before.open, [id]: reservation } };
  return { next, result: { isReserved: true } };
}

/**
 * Puts the real cost in the place of a reservation. It counts once: under an id that is not open any more nothing
 * changes. `use.requests` is how many requests it was, one batch's are many.
 */
export function pay(before: SpendMonth, id: string, use: SpendUse): Step<boolean> {
  const { [id]: reservation, ...open } = before.open;
  if (reservation === undefined) return { next: before, result: false };
  const { day, model, purpose, runId } = reservation;
  const name = `${model}/${purpose}`;
  const uses = before.days[day]?.uses ?? {};
  const counted: SpendDay = { uses: { ...uses, [name]: sumOfUses(uses[name] ?? NO_USE, use) } };
  const runs = { ...before.runs, [runId]: (before.runs[runId] ?? 0) + use.costMicroUsd };
  const next = { ...before, open, days: { ...before.days, [day]: counted } };
  return { next: { ...next, runs: latestRuns(runs, open) }, result: true };
}

/** Gives a reservation back: nothing was spent. */
export function release(before: SpendMonth, id: string): Step<boolean> {
  const { [id]: reservation, ...open } = before.open;
  if (reservation === undefined) return { next: before, result: false };
  return { next: { ...before, open }, result: true };
}

/**
 * Counts reservations that a dead run left as spent in full: perhaps they were, and too much is the safe side.
 *
 * @param isLeft whether a reservation is such a one; that of an open batch is not
 * @returns how many there were
 */
export function spendInFull(
  before: SpendMonth,
  isLeft: (reservation: Reservation, id: string) => boolean,
): Step<number> {
  const left = Object.entries(before.open).filter(([id, reservation]) => isLeft(reservation, id));
  const next = left.reduce(
    (month, [id, { microUsd }]) => pay(month, id, { ...NO_USE, requests: 1, costMicroUsd: microUsd }).next,
    before,
  );
  return { next, result: left.length };
}

/** What is spent and what is left of the limits of a day and its month, in millionths of a US dollar. */
export type BudgetLeft = Readonly<
  Record<'day' | 'month', { readonly spent: number; readonly left: number; readonly resetsAt: number }>
>;

/** What is left of the budget at a time, reservations taken off. */
export function budgetLeft(month: SpendMonth, { perDay, perMonth }: SpendLimits, now: number): BudgetLeft {
  const period = (name: 'day' | 'month', spent: number, limit: number) => ({
    spent,
    left: Math.max(0, limit - spent),
    resetsAt: name === 'day' ? nextDay(now) : nextMonth(now),
  });
  return {
    day: period('day', spentOnDay(month, isoFromMs(now).slice(8, 10)), perDay),
    month: period('month', spentInMonth(month), perMonth),
  };
}

/** One line of what was used. */
export type UsageLine = SpendUse & {
  /** `2026-11-03` */
  readonly day: string;
  readonly model: string;
  readonly purpose: SpendPurpose;
};

/** What was used in a month, by day, model and purpose, in that order. */
export function usageOf({ month, days }: SpendMonth): readonly UsageLine[] {
  return inOrder(days).flatMap(([day, { uses }]) =>
    inOrder(uses).map(([name, use]) => {
      const at = name.lastIndexOf('/');
      const purpose = name.slice(at + 1) as SpendPurpose;
      return { day: `${month}-${day}`, model: name.slice(0, at), purpose, ...use };
    }),
  );
}

/** What a month has cost, without reservations, in all and by model and purpose: the sum of {@link usageOf}. */
export function totalUse(month: SpendMonth): SpendUse {
  return usageOf(month).reduce<SpendUse>(sumOfUses, NO_USE);
}

function exceededLimit(
  month: SpendMonth,
  { day, runId, microUsd }: { readonly day: string; readonly runId: string; readonly microUsd: number },
  { perDay, perMonth, perRun }: SpendLimits,
): { readonly period: SpendPeriod; readonly left: number } | undefined {
  const periods: readonly (readonly [SpendPeriod, number, number])[] = [
    ['month', spentInMonth(month), perMonth],
    ['day', spentOnDay(month, day), perDay],
    ['run', spentByRun(month, runId), perRun],
  ];
  const full = periods.find(([, spent, limit]) => limit === 0 || spent + microUsd > limit);
  if (full === undefined) return undefined;
  const [period, spent, limit] = full;
  return { period, left: Math.max(0, limit - spent) };
}

function resetOf(period: SpendPeriod, now: number): number | undefined {
  if (period === 'run') return undefined;
  return period === 'day' ? nextDay(now) : nextMonth(now);
}

function spentInMonth({ days, open }: SpendMonth): number {
  return costOf(Object.values(days)) + reserved(Object.values(open));
}

function spentOnDay({ days, open }: SpendMonth, day: string): number {
  const counted = days[day];
  return costOf(counted ? [counted] : []) + reserved(Object.values(open).filter((one) => one.day === day));
}

function spentByRun({ runs, open }: SpendMonth, runId: string): number {
  return (runs[runId] ?? 0) + reserved(Object.values(open).filter((one) => one.runId === runId));
}

function costOf(days: readonly SpendDay[]): number {
  const uses = days.flatMap((day) => Object.values(day.uses));
  return uses.reduce((total, { costMicroUsd }) => total + costMicroUsd, 0);
}

function reserved(reservations: readonly Reservation[]): number {
  return reservations.reduce((total, { microUsd }) => total + microUsd, 0);
}

/** Run ids sort by time. A run that has something reserved is never forgotten. */
function latestRuns(runs: Readonly<Record<string, number>>, open: SpendMonth['open']): SpendMonth['runs'] {
  const busy = new Set(Object.values(open).map(({ runId }) => runId));
  const latest = new Set(Object.keys(runs).toSorted().slice(-MAX_RUNS));
  return Object.fromEntries(Object.entries(runs).filter(([id]) => latest.has(id) || busy.has(id)));
}

function inOrder<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function dayOf(id: string): string {
  return id.slice(8, 10);
}

function nextDay(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
}

function nextMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
