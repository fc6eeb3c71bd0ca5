import { type JobState, TOTALLED } from '#core/runs/job-store.ts';
import { monthOf, totalUse, usageOf } from '#core/tickets/spend.ts';
import type { SpendMonth } from '#core/tickets/spend-ledger.ts';
import type { TicketCounts } from '#core/tickets/ticket-store.ts';
import type { IssueCounts } from '#functions/admin-api/issues/count-issues.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';
import { readCursorAge } from '#functions/admin-api/tickets/cursor-age.ts';
import { readIssueCounts } from './read-issue-counts.ts';
import type { Family } from './render-metrics.ts';

/** What the series of the tickets are made of. */
export type TicketSources = {
  readonly counts: TicketCounts;
  /** This month's. */
  readonly ledger: SpendMonth;
  readonly cursorAgeS: number | undefined;
  readonly issues: IssueCounts;
};

/** A count by the index of what waits, point reads, and the issues, which are remembered. */
export async function readTicketSources(services: Services, tickets: TicketServices): Promise<TicketSources> {
  const [counts, ledger, cursorAgeS, issues] = await Promise.all([
    tickets.store.counts(),
    tickets.ledger.read(monthOf(services.now())),
    readCursorAge(services),
    readIssueCounts(tickets, services.now()),
  ]);
  return { counts, ledger, cursorAgeS, issues };
}

/** The series of the tickets. Cost and tokens are this month's: they begin at 0 with each, as after a restart. */
export function ticketFamilies(
  worker: JobState,
  { counts, ledger, cursorAgeS, issues }: TicketSources,
): Family[] {
  return [
    {
      name: 'atom_tickets_pending',
      type: 'gauge',
      help: 'Tickets that wait for their analysis, those in an open batch included.',
      samples: [{ value: counts.pending + counts.batched }],
    },
    {
      name: 'atom_tickets_analysed_total',
      type: 'counter',
      help: 'Tickets by what came of their analysis.',
      samples: TOTALLED.map((outcome) => ({ labels: { outcome }, value: worker.totals?.[outcome] ?? 0 })),
    },
    ...spendFamilies(ledger),
    ...issueFamilies(issues),
    // A copy that was never whole has no age.
    ...(cursorAgeS === undefined
      ? []
      : [
          {
            name: 'atom_tickets_cursor_age_seconds',
            type: 'gauge' as const,
            help: 'How long ago the export of tickets was at its end.',
            samples: [{ value: cursorAgeS }],
          },
        ]),
  ];
}

function issueFamilies({ byStatus, openIncidents }: IssueCounts): Family[] {
  return [
    {
      name: 'atom_issues',
      type: 'gauge',
      help: 'Issues that tickets are grouped into, by status; emerging ones are too small to be listed.',
      samples: Object.entries(byStatus).map(([status, value]) => ({ labels: { status }, value })),
    },
    {
      name: 'atom_incidents_open',
      type: 'gauge',
      help: 'Incidents that are open: what bursts beyond season and chance.',
      samples: [{ value: openIncidents }],
    },
  ];
}

function spendFamilies(ledger: SpendMonth): Family[] {
  const costs = Map.groupBy(usageOf(ledger), ({ model, purpose }) => `${model}/${purpose}`);
  const { inputTokens, outputTokens, cacheReadTokens } = totalUse(ledger);
  const tokens = { in: inputTokens, out: outputTokens, cache_read: cacheReadTokens };
  return [
    {
      name: 'atom_tickets_cost_usd_total',
      type: 'counter',
      help: 'What Claude has cost in this month of UTC, in US dollars.',
      samples: [...costs.values()].flatMap((lines) => {
        const microUsd = lines.reduce((sum, line) => sum + line.costMicroUsd, 0);
        const [first] = lines;
        if (first === undefined) return [];
        return [{ labels: { model: first.model, purpose: first.purpose }, value: microUsd / 1_000_000 }];
      }),
    },
    {
      name: 'atom_tickets_tokens_total',
      type: 'counter',
      help: 'Tokens that Claude has counted in this month of UTC.',
      samples: Object.entries(tokens).map(([kind, value]) => ({ labels: { kind }, value })),
    },
  ];
}
