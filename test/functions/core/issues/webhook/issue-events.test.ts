import { describe, expect, it } from 'vitest';
import { makeDigest } from '#core/issues/trends/digest.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import {
  digestReadyEvent,
  incidentClosedEvent,
  incidentOpenedEvent,
  issueNewEvent,
  issueRegressedEvent,
} from '#core/issues/webhook/issue-events.ts';
import { parseWebhookEvent, type WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import { anIssue } from '#test/functions/core/issues/labels/an-issue.ts';

const OPENED = Date.parse('2025-11-11T07:00:00Z');
const HOUR = 3_600_000;

const INCIDENT: Incident = {
  ...{ id: '2025-11-11T07-issue#01K9', title: 'WhatsApp Web is blank', openedAt: OPENED, closedAt: null },
  ...{
    isRetrospective: false,
    openedHour: 1,
    lastHour: 1,
    series: ['issue#01K9'],
    issues: ['01K9'],
    terms: ['whatsapp'],
  },
  tickets: [
    { id: '1', requester: 'a' },
    { id: '2', requester: 'a' },
    { id: '3', requester: null },
  ],
  ...{ centroid: new Map(), windowHours: 6, observed: 12, expected: 1.23456, low: 0, high: 4, p: 1e-9 },
} as Incident;

const ISSUE = { ...anIssue('01K9'), title: 'Export fails', status: 'open' as const };

const DIGEST = makeDigest({
  ...{ date: '2025-11-11', generatedAt: OPENED, incidents: [], issues: [] },
  totals: {
    tickets: 9,
    requesters: 8,
    tickets_7d: 60,
    growth: { ratio: 1, low: 1, high: 1 },
    open_issues: 3,
  },
  quality: { pending: 0, failed: 0, refused: 0, low_confidence: 0 },
  cost: { day_usd: 0, month_usd: 0 },
});

const EVENTS: readonly (readonly [string, WebhookEvent | undefined])[] = [
  ['incident.opened', incidentOpenedEvent(INCIDENT)],
  ['incident.closed', incidentClosedEvent({ ...INCIDENT, closedAt: OPENED + HOUR })],
  ['issue.new', issueNewEvent(ISSUE, OPENED)],
  ['issue.regressed', issueRegressedEvent(ISSUE, OPENED)],
  ['digest.ready', digestReadyEvent(DIGEST)],
];

describe('Events of issues', () => {
  it.each(EVENTS)('%s survives the queue', (type, event) => {
    expect(event?.type).toBe(type);
    expect(parseWebhookEvent(JSON.stringify(event))).toEqual(event);
  });

  it('has the same id for the same thing, and another for anything else', () => {
    const other = {
      ...INCIDENT,
      id: '2025-11-11T07-area#Müller & Co/billing: a name of sixty characters or more',
    };
    const ids = [...EVENTS.map(([, event]) => event?.id), incidentOpenedEvent(other).id];

    expect(new Set(ids).size).toBe(ids.length);
    expect(incidentOpenedEvent({ ...INCIDENT, title: 'Another', lastHour: 9 }).id).toBe(
      incidentOpenedEvent(INCIDENT).id,
    );
    expect(issueNewEvent(ISSUE, OPENED).id).toBe('issue.01K9.new');
    expect(digestReadyEvent(DIGEST).id).toBe('digest.2025-11-11.ready');
  });

  it('reports each regression of an issue', () => {
    expect(issueRegressedEvent(ISSUE, OPENED).id).not.toBe(issueRegressedEvent(ISSUE, OPENED + 1).id);
  });

  it('describes an incident by numbers, its title and ids of issues, without tickets', () => {
    const { data, occurred_at } = incidentOpenedEvent(INCIDENT);

    expect(occurred_at).toBe('2025-11-11T07:00:00.000Z');
    expect(data).toEqual({
      incident_id: '2025-11-11T07-issue#01K9',
      title: 'WhatsApp Web is blank',
      opened_at: '2025-11-11T07:00:00.000Z',
      closed_at: null,
      ...{ observed: 12, expected: 1.23, window_h: 6, p: 1e-9, issues: ['01K9'], tickets: 3, requesters: 2 },
    });
  });

  it('says nothing of the end of an incident that is open', () => {
    expect(incidentClosedEvent(INCIDENT)).toBeUndefined();
  });

  it('describes an issue by its numbers', () => {
    expect(issueNewEvent(ISSUE, OPENED).data).toMatchObject({
      ...{ issue_id: '01K9', title: 'Export fails', status: 'open', kind: 'bug', product_area: 'export' },
      ...{ tickets_total: 3, tickets_7d: 3, requesters_7d: 3, first_seen: '2026-11-27T12:00:00.000Z' },
    });
  });

  it('names what is in a digest', () => {
    const told = {
      ...DIGEST,
      incidents: [{ id: 'i', title: 'Down', tickets: 9 }],
    } as unknown as typeof DIGEST;

    expect(digestReadyEvent(told).data).toEqual({
      date: '2025-11-11',
      totals: { tickets: 9, requesters: 8, open_issues: 3 },
      incidents: [{ id: 'i', title: 'Down' }],
      ...{ new_issues: [], rising: [], regressions: [] },
    });
  });
});
