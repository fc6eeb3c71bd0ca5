/** How far something is; `total` is null until it is known. */
export type Progress = { readonly done: number; readonly total: number | null; readonly unit: string };

const BAR_WIDTH = 30;

const format = (value: number) => value.toLocaleString('en-US');

/** `[██████░░░░] 3,200/5,000 skills`, or without a bar while the total is not known. */
export function renderBar({ done, total, unit }: Progress): string {
  if (total === null || total === 0) return `${format(done)} ${unit}`;
  const filled = Math.round(Math.min(1, done / total) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  return `[${bar}] ${format(done)}/${format(total)} ${unit}`;
}

/** The same without a bar, for a log file. */
export function renderPlain({ done, total, unit }: Progress): string {
  if (total === null || total === 0) return `${format(done)} ${unit}`;
  return `${Math.floor((100 * done) / total)} % (${format(done)}/${format(total)} ${unit})`;
}

/**
 * Tells whether plain lines should say this progress: the beginning and every tenth part, at most one a second.
 *
 * @param now milliseconds.
 */
export function createPlainPace(now: () => number): (progress: Progress) => boolean {
  let saidAt = Number.NEGATIVE_INFINITY;
  let saidTenth = Number.NEGATIVE_INFINITY;
  return ({ done, total }) => {
    const tenth = total === null || total === 0 ? -1 : Math.floor((10 * done) / total);
    if (tenth <= saidTenth || now() - saidAt < 1000) return false;
    saidAt = now();
    saidTenth = tenth;
    return true;
  };
}
