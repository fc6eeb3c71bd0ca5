import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import { groupedTicketOf } from '#core/issues/grouping/grouped-ticket-of.ts';
import { firstDayOfWindow } from '#core/issues/grouping/old-texts.ts';
import { dayOfTicket } from '#core/issues/grouping/ticket-days.ts';
import type { IssueGeneration, IssueGenerations, NextGeneration } from '#core/issues/issue-generation.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import { countsOfDays } from '#core/issues/summaries/count-days.ts';
import { describerOfTexts } from '#core/issues/summaries/describe-issue.ts';
import { historySince, summariseIssues } from '#core/issues/summaries/summarise-issues.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import { NOW } from './example-records.ts';
import { anAnalysis, aStoredAnalysis, aTicket } from './example-tickets.ts';
import type { World } from './world.ts';

export const EXPORT = '01KHTNPR6M4Y8Z0V9QK2D3F5GA';
export const LOGIN = '01KHTNPR6M4Y8Z0V9QK2D3F5GB';
export const SMALL = '01KHTNPR6M4Y8Z0V9QK2D3F5GC';
export const UNKNOWN_ISSUE = '01KHTNPR6M4Y8Z0V9QK2D3F5GZ';

const HOUR_MS = 3_600_000;

/** Tickets by the issue that they are in. */
type Groups = Readonly<Record<string, readonly LiveTicket[]>>;

/** Stores as one world or one table has them. */
type IssueTestStores = {
  readonly tickets: Pick<TicketStore, 'change' | 'get'>;
  readonly issues: { readonly generations: IssueGenerations; readonly records: IssueRecords };
};

/** So many analysed tickets that say the same, one an hour back from `at`, each of somebody else. */
export function ticketsSaying(
  statement: string,
  {
    first,
    count = 5,
    at = NOW,
    ...over
  }: { first: number; count?: number; at?: number } & Partial<LiveTicket>,
): LiveTicket[] {
  return Array.from({ length: count }, (_, n) => {
    const analysis = anAnalysis({
      statement: `${statement} ${'again '.repeat(n % 5)}`.trim(),
      summary: statement,
    });
    return aTicket({
      id: String(first + n),
      createdAt: at - n * HOUR_MS,
      requesterHash: `requester-${first}-${n}`,
      subject: statement,
      analysis: { status: 'done' },
      analysed: aStoredAnalysis({ analysis }),
      ...over,
    });
  });
}

/** Puts tickets, and publishes the generation in which they are in these issues and in no others. */
export async function publishIssues(
  { tickets, issues: { generations, records } }: IssueTestStores,
  groups: Groups,
  over: Partial<NextGeneration> & { readonly incidents?: readonly Incident[] } = {},
): Promise<IssueGeneration> {
  const { incidents = [], ...fields } = over;
  const grouped: GroupedTicket[] = [];
  for (const [issueId, own] of Object.entries(groups)) {
    for (const ticket of own) {
      await tickets.change(ticket.id, () => ({ next: ticket, result: undefined }));
      const entry = await tickets.get(ticket.id);
      const one = entry?.kind === 'live' ? groupedTicketOf(entry, undefined) : undefined;
      if (one) grouped.push({ ...one, issueId });
    }
  }
  const before = await generations.current();
  const publishedAt = fields.publishedAt ?? NOW;
  const days = new Map<string, TicketDay>(
    [...(before?.days.keys() ?? [])].map((day) => [day, { day, tickets: [] }]),
  );
  for (const [day, own] of Map.groupBy(grouped, dayOfTicket)) {
    days.set(day, { day, tickets: own.toSorted((a, b) => a.createdAt - b.createdAt) });
  }
  const issues = summariseIssues({
    days,
    facts: await records.allFacts(),
    incidents,
    now: publishedAt,
    since: historySince(days.keys(), publishedAt),
    minRequesters: 3,
    describe: describerOfTexts(grouped),
  });
  await records.putIncidents(incidents);
  return generations.publish(before, {
    ...{
      publishedAt,
      syncedUntil: publishedAt,
      completeSince: 0,
      decisions: before?.decisions ?? 0,
      consolidatedAt: null,
    },
    ...{
      days: [...days.values()],
      counts: countsOfDays(days.values(), firstDayOfWindow(publishedAt)),
      issues,
    },
    ...fields,
  });
}

/** Two issues and one that is still emerging, in one generation. */
export function usualGroups(): Groups {
  return {
    [EXPORT]: ticketsSaying('Export to CSV times out', { first: 100 }),
    [LOGIN]: ticketsSaying('Login with SSO fails', { first: 200, count: 8 }),
    [SMALL]: ticketsSaying('Dark mode flickers', { first: 300, count: 2 }),
  };
}

export function publishUsual(
  world: World,
  over: Parameters<typeof publishIssues>[2] = {},
): Promise<IssueGeneration> {
  return publishIssues(world.stores, usualGroups(), over);
}

export function anIncident(over: Partial<Incident> = {}): Incident {
  return {
    id: '491234-issue-login',
    title: 'Login with SSO fails',
    openedAt: NOW - HOUR_MS,
    isRetrospective: false,
    closedAt: null,
    openedHour: Math.floor(NOW / HOUR_MS) - 2,
    lastHour: Math.floor(NOW / HOUR_MS) - 1,
    series: [`issue#${LOGIN}`],
    issues: [LOGIN],
    tickets: [
      { id: '200', requester: 'requester-200-0' },
      { id: '201', requester: 'requester-200-1' },
    ],
    terms: ['login', 'sso'],
    centroid: new Map(),
    p: 1e-9,
    observed: 8,
    expected: 0.153,
    windowHours: 3,
    ...over,
  };
}
