import type { MeasuredSyncs } from '#bench/sync/measure-syncs.ts';
import { type CostOptions, SIMULATED_SKILL_BYTES } from './cost-options.ts';
import type { StackFacts } from './stack-facts.ts';

/** What a month's bill is reckoned from. */
export type MonthInput = {
  readonly options: CostOptions;
  readonly measured: MeasuredSyncs;
  readonly stack: StackFacts;
};

export const DAYS = 30;
export const HOURS = DAYS * 24;
export const SECONDS = HOURS * 3_600;
export const GB = 1_073_741_824;

/** One each half hour. */
export const RATING_SYNCS = HOURS * 2;
/** A rating is sent to the queue, received and deleted; several are received at once. */
const RATINGS_PER_BATCH = 5;
/** What our attributes add to a skill's JSON. */
const ITEM_OVERHEAD_BYTES = 400;
const BYTES_PER_WRITE_UNIT = 1_024;

/** Syncs in a month. */
export function syncsOf({ intervalMinutes }: CostOptions): number {
  return (HOURS * 60) / intervalMinutes;
}

/** Invocations of the function that uploads ratings. */
export function uploadBatches({ ratings }: CostOptions): number {
  return Math.ceil(ratings / RATINGS_PER_BATCH);
}

/** Write units of a skill's item, without its indexes. */
export function writeUnits(skillBytes: number): number {
  return Math.ceil((skillBytes + ITEM_OVERHEAD_BYTES) / BYTES_PER_WRITE_UNIT);
}

/** How much dearer a skill of that size is than the simulator's: units are whole kilobytes. */
export function sizeFactor(skillBytes: number): number {
  return writeUnits(skillBytes) / writeUnits(SIMULATED_SKILL_BYTES);
}
