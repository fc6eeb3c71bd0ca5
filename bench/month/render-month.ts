import { PRICES } from '#lib/prices.ts';
import type { CostLine } from './cost-line.ts';

/** A bill as rows of text. */
export type MonthTable = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

const HEAD = ['what', 'amount', 'unit', 'price', 'a month', 'rewriting all'];
const LEFT_ALIGNED = 4;
/** Below this a price is shown for a million. */
const SMALL_USD = 0.001;

/** The lines with their sums, and the totals below. Lines that cost nothing either way are left out. */
export function monthTable(lines: readonly CostLine[]): MonthTable {
  const rows = lines.filter(({ amount, naive }) => amount > 0 || naive > 0).map(rowOf);
  const monitoring = lines.filter(({ part }) => part === 'monitoring');
  return {
    head: HEAD,
    rows: [
      ...rows,
      ['together', '', '', '', dollars(totalUsd(lines)), dollars(totalUsd(lines, 'naive'))],
      ...(monitoring.length === 0 ? [] : [monitoringRow(monitoring)]),
    ],
  };
}

function monitoringRow(lines: readonly CostLine[]): string[] {
  const sum = dollars(totalUsd(lines));
  return ['of it monitoring: metrics, alarms, dashboards', '', '', '', sum, sum];
}

/** What lines cost together, in dollars. */
export function totalUsd(lines: readonly CostLine[], key: 'amount' | 'naive' = 'amount'): number {
  return lines.reduce((sum, line) => sum + usd(line, key), 0);
}

/** What a line costs, in dollars. */
export function usd(line: CostLine, key: 'amount' | 'naive' = 'amount'): number {
  return line[key] * PRICES[line.price].usd;
}

/** The bill as a table for a terminal. */
export function renderMonthText({ head, rows }: MonthTable): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const show = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < LEFT_ALIGNED ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [show(head), rule, ...rows.map(show)].join('\n');
}

/** The bill as a Markdown table. */
export function renderMonthMarkdown({ head, rows }: MonthTable): string {
  const show = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [show(head), '| --- | ---: | --- | --- | ---: | ---: |', ...rows.map(show)].join('\n');
}

function rowOf(line: CostLine): string[] {
  const { usd: price, unit } = PRICES[line.price];
  const sums = [dollars(usd(line)), dollars(usd(line, 'naive'))];
  return [line.what, amount(line.amount), unit, priceText(price), ...sums];
}

function priceText(price: number): string {
  return price < SMALL_USD ? `$${+(price * 1_000_000).toFixed(6)} a million` : `$${price}`;
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}
