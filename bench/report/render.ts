import { BenchOptionError } from './errors.ts';
import { type Line, verdict } from './line.ts';

const COLUMNS = ['what', 'measured', 'floor', 'ratio', 'target', 'verdict'] as const;

/** The lines as a table for a terminal. */
export function renderText(lines: readonly Line[]): string {
  const rows = [[...COLUMNS], ...lines.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  const rule = widths.map((columns) => '-'.repeat(columns)).join('  ');
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** The lines as a Markdown table. */
export function renderMarkdown(lines: readonly Line[]): string {
  const row = (values: readonly string[]) =>
    `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(COLUMNS), row(COLUMNS.map(() => '---')), ...lines.map((line) => row(cells(line)))].join('\n');
}

/**
 * A document with what stands between its two marker comments replaced.
 *
 * @param name of the markers: `<!-- bench:begin -->` and `<!-- bench:end -->`
 * @throws BenchOptionError when the markers are not there
 */
export function replaceBetweenMarkers(document: string, content: string, name = 'bench'): string {
  const opening = `<!-- ${name}:begin -->`;
  const closing = `<!-- ${name}:end -->`;
  const begin = document.indexOf(opening);
  const end = document.indexOf(closing);
  if (begin < 0 || end < begin)
    throw new BenchOptionError(`The document lacks the markers ${opening} and ${closing}.`);
  return `${document.slice(0, begin + opening.length)}\n\n${content}\n\n${document.slice(end)}`;
}

function cells(line: Line): string[] {
  const { what, measured, floor = '', ratio = '', target } = line;
  return [what, measured, floor, ratio, target?.shown ?? '', verdict(line)];
}

function width(text = ''): number {
  return [...text].length;
}
