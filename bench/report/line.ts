/** One line of the report. */
export type Line = {
  readonly what: string;
  readonly measured: string;
  /** What it is compared with, measured in the same run. */
  readonly floor?: string;
  readonly ratio?: string;
  /** Absent: the line is there for information. */
  readonly target?: Target;
  /** Why there is no measurement. Such a line misses nothing and meets nothing. */
  readonly skipped?: string;
};

/** `value` has to be at most `limit`; both in the unit that `shown` names, e.g. `≤ 1.4`. */
export type Target = { readonly shown: string; readonly value: number; readonly limit: number };

/** Says that the target is met, and with how much room, or by how much it is missed. */
export function verdict({ target, skipped }: Line): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  if (target === undefined) return '';
  const share = target.limit === 0 ? target.value : target.value / target.limit;
  if (!isMissed({ target })) return target.limit === 0 ? 'met' : `met, at ${percent(share)} of it`;
  return target.limit === 0 ? `missed by ${target.value}` : `missed by ${percent(share - 1)}`;
}

/** NaN counts as missed: a benchmark that measured nothing must not pass. */
export function isMissed({ target }: { readonly target?: Target }): boolean {
  return target !== undefined && !(target.value <= target.limit);
}

function percent(share: number): string {
  // Rounded first: 1.54 / 1.4 - 1 is a little more than a tenth.
  return `${Math.ceil(Math.round(share * 10_000) / 100)} %`;
}
