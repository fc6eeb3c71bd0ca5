import { hash } from 'node:crypto';
import type { IssueSummary, ShownIssueStatus } from '#core/issues/issue.ts';
import type { Digest } from '#core/issues/trends/digest.ts';
import { type Incident, requestersOf } from '#core/issues/trends/incident.ts';
import { type WebhookEvent, WebhookEventType } from '#core/tickets/webhook/webhook-event.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** An issue as it is shown, as much of it as others are told. */
export type ReportedIssue = Pick<
  IssueSummary,
  'id' | 'kind' | 'productArea' | 'ticketsTotal' | 'tickets7d' | 'requesters7d' | 'firstSeen' | 'lastSeen'
> & { readonly title: string; readonly status: ShownIssueStatus };

/** What is told outside of an incident that has opened. The same incident has the same event id. */
export function incidentOpenedEvent(incident: Incident): WebhookEvent {
  return {
    id: `incident.${plainId(incident.id)}.opened`,
    type: WebhookEventType.incidentOpened,
    occurred_at: isoFromMs(incident.openedAt),
    data: incidentData(incident),
  };
}

/** What is told outside of an incident that is over; undefined while it is open. */
export function incidentClosedEvent(incident: Incident): WebhookEvent | undefined {
  if (incident.closedAt === null) return undefined;
  return {
    id: `incident.${plainId(incident.id)}.closed`,
    type: WebhookEventType.incidentClosed,
    occurred_at: isoFromMs(incident.closedAt),
    data: incidentData(incident),
  };
}

/** What is told outside of an issue that is listed for the first time. @param listedAt milliseconds since 1970 */
export function issueNewEvent(issue: ReportedIssue, listedAt: number): WebhookEvent {
  return {
    id: `issue.${plainId(issue.id)}.new`,
    type: WebhookEventType.issueNew,
    occurred_at: isoFromMs(listedAt),
    data: issueData(issue),
  };
}

/** What is told outside of a resolved issue that people write about again, each time. @param reopenedAt milliseconds since 1970 */
export function issueRegressedEvent(issue: ReportedIssue, reopenedAt: number): WebhookEvent {
  return {
    id: `issue.${plainId(issue.id)}.regressed.${reopenedAt}`,
    type: WebhookEventType.issueRegressed,
    occurred_at: isoFromMs(reopenedAt),
    data: issueData(issue),
  };
}

/** What is told outside of a digest that can be read: numbers, and what is named in it. Once a day. */
export function digestReadyEvent(digest: Digest): WebhookEvent {
  const { date, totals, incidents, new_issues, rising, regressions } = digest;
  return {
    id: `digest.${plainId(date)}.ready`,
    type: WebhookEventType.digestReady,
    occurred_at: digest.generated_at,
    data: {
      date,
      totals: { tickets: totals.tickets, requesters: totals.requesters, open_issues: totals.open_issues },
      incidents: incidents.map(named),
      new_issues: new_issues.map(named),
      rising: rising.map(named),
      regressions: regressions.map(named),
    },
  };
}

function named({ id, title }: { readonly id: string; readonly title: string }) {
  return { id, title };
}

function incidentData(incident: Incident): Record<string, unknown> {
  return {
    incident_id: incident.id,
    title: incident.title,
    opened_at: isoFromMs(incident.openedAt),
    closed_at: incident.closedAt === null ? null : isoFromMs(incident.closedAt),
    observed: incident.observed,
    expected: Math.round(incident.expected * 100) / 100,
    window_h: incident.windowHours,
    p: incident.p,
    issues: incident.issues,
    tickets: incident.tickets.length,
    requesters: requestersOf(incident),
  };
}

function issueData(issue: ReportedIssue): Record<string, unknown> {
  return {
    issue_id: issue.id,
    title: issue.title,
    status: issue.status,
    kind: issue.kind,
    product_area: issue.productArea,
    tickets_total: issue.ticketsTotal,
    tickets_7d: issue.tickets7d,
    requesters_7d: issue.requesters7d,
    first_seen: isoFromMs(issue.firstSeen),
    last_seen: isoFromMs(issue.lastSeen),
  };
}

/** An id of ours as a part of an event's: that of an incident has the name of a product area in it, which may be anything. */
function plainId(id: string): string {
  return /^[\w-]{1,60}$/.test(id) ? id : hash('sha256', id, 'hex').slice(0, 32);
}
