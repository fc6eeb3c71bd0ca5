import type { CostLine } from './cost-line.ts';
import { feedTaskLines } from './feed-month.ts';
import { functionLines } from './function-month.ts';
import { monitoringLines } from './monitoring-month.ts';
import type { MonthInput } from './month-input.ts';
import { openCallLines } from './open-calls.ts';
import { serviceLines } from './service-month.ts';
import { tableLines } from './table-month.ts';
import { ticketLines } from './ticket-month.ts';

/** What a month of 30 days costs, line by line. */
export function monthOf(input: MonthInput): CostLine[] {
  const { options, stack } = input;
  return [
    ...tableLines(input),
    ...functionLines(input),
    ...serviceLines(input),
    ...feedTaskLines(input),
    ...openCallLines(input),
    ...monitoringLines(stack),
    ...ticketLines(options.tickets, stack.memoryMb),
  ];
}
