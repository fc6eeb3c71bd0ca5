import { PRICES } from '#lib/prices.ts';
import { monitoringLines, ticketMetricMonths } from './monitoring-month.ts';
import { totalUsd, usd } from './render-month.ts';
import type { StackFacts } from './stack-facts.ts';

/** The templates whose monitoring is compared. */
export type MonitoredStacks = {
  readonly withFeed: StackFacts;
  readonly withoutFeed: StackFacts;
  readonly withTickets: StackFacts;
};

/** What monitoring costs a month, for docs/monitoring.md: a table of both kinds of installation, and two sentences. */
export function monitoringMarkdown({ withFeed, withoutFeed, withTickets }: MonitoredStacks): string {
  const [on, off] = [monitoringLines(withFeed), monitoringLines(withoutFeed)];
  const rows = on.flatMap((line, index) => {
    const other = off[index];
    if (other === undefined || line.amount + other.amount === 0) return [];
    const price = PRICES[line.price].usd.toFixed(2);
    return `| ${line.what} at ${price} | ${cell(line.amount, usd(line))} | ${cell(other.amount, usd(other))} |`;
  });
  return [
    '| | with the feed | without |',
    '| --- | ---: | ---: |',
    ...rows,
    `| together | ${dollars(totalUsd(on))} | ${dollars(totalUsd(off))} |`,
    '',
    `The dashboard (\`ATOM_SYNC_DASHBOARD\`) adds ${dollars(PRICES.dashboard.usd)} unless it is one of an account's first ` +
      'three, which are free up to 50 metrics. Its questions to the logs cost half a cent for each gigabyte that they read.',
    '',
    `Support tickets with a webhook add ${ticketsText(withFeed, withTickets)}.`,
  ].join('\n');
}

function ticketsText(without: StackFacts, withTickets: StackFacts): string {
  const alarms = withTickets.alarmMetrics - without.alarmMetrics;
  const composites = withTickets.compositeAlarms - without.compositeAlarms;
  const metrics = ticketMetricMonths();
  const sum =
    alarms * PRICES.alarmMetric.usd +
    composites * PRICES.compositeAlarm.usd +
    metrics * PRICES.customMetric.usd;
  const parts = [
    counted(alarms, 'metric of alarms', 'metrics of alarms'),
    ...(composites === 0 ? [] : [counted(composites, 'composite alarm', 'composite alarms')]),
    counted(metrics, 'metric that is sent every hour', 'metrics that are sent every hour'),
  ];
  return `${parts.join(' and ')}, ${dollars(sum)} together`;
}

function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}

function cell(amount: number, cost: number): string {
  return `${amount}: ${dollars(cost)}`;
}

function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}
