import { JobId } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import type { Analysis } from '#core/tickets/analysis/analysis.ts';
import type { LiveTicket, StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import type { TicketApiSettings } from '#functions/admin-api/ports.ts';
import { NOW } from './example-records.ts';

export const TICKET_SETTINGS: TicketApiSettings = {
  enabled: true,
  subdomain: 'acme',
  zendeskUrl: 'https://acme.zendesk.com',
  model: 'claude-haiku-5-5',
  areas: [{ name: 'billing', definition: 'Invoices and payments.' }],
  directMax: 200,
  minRequesters: 3,
  limits: { perDay: 2_000_000, perMonth: 20_000_000, perRun: 2_000_000 },
};

export const TICKET_SCHEDULES: readonly JobSchedule[] = [
  {
    job: JobId.ticketSync,
    name: 'Zendesk sync',
    enabled: true,
    expression: { kind: 'rate', minutes: 60 },
    since: NOW - 20 * 60_000,
  },
  {
    job: JobId.dailySync,
    name: 'The ticket pipeline',
    enabled: true,
    expression: { kind: 'cron', cron: '0 2 * * ? *' },
    since: NOW - 86_400_000,
  },
];

export function anAnalysis(over: Partial<Analysis> = {}): Analysis {
  return {
    statement: 'Export to CSV times out for large accounts',
    summary: 'The export does not end.',
    kind: 'bug',
    product_area: 'billing',
    component_hint: 'CSV export',
    severity: 'medium',
    scope: 'one_user',
    blocked: false,
    sentiment: 'negative',
    churn_risk: false,
    root_cause_guess: null,
    reproduction: null,
    reasons: [{ statement: 'Export to CSV times out for large accounts', kind: 'bug' }],
    language: 'en',
    contains_pii: false,
    suspected_injection: false,
    confidence: 'high',
    ...over,
  };
}

export function aStoredAnalysis(over: Partial<StoredAnalysis> = {}): StoredAnalysis {
  return {
    analysis: anAnalysis(),
    schemaVersion: 1,
    promptSha: '0123456789abcdef',
    model: 'claude-haiku-5-5',
    requestId: 'req_1',
    usage: { inputTokens: 1_500, outputTokens: 300, cacheReadTokens: 0 },
    costMicroUsd: 300,
    contentSha: 'sha-1',
    analysedAt: NOW - 60_000,
    ...over,
  };
}

/** A ticket that waits for its analysis, with what is given. */
export function aTicket(over: Partial<LiveTicket> = {}): LiveTicket {
  return {
    kind: 'live',
    id: '35436',
    generatedAt: NOW - 3_600_000,
    fence: 1,
    revision: 1,
    createdAt: NOW - 7_200_000,
    updatedAt: NOW - 3_600_000,
    status: 'open',
    priority: 'high',
    type: 'problem',
    channel: 'email',
    brandId: '1',
    formId: null,
    tags: ['csv'],
    mergedInto: null,
    requesterHash: 'requester-hash',
    subject: 'Export fails for [EMAIL_1]',
    body: 'The export of [EMAIL_1] has not ended since this morning.',
    isTruncated: false,
    contentSha: 'sha-1',
    analysis: { status: 'pending', since: NOW - 3_600_000, attempts: 0 },
    analysed: null,
    correction: null,
    ...over,
  };
}
