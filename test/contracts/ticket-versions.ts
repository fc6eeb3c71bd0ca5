import type { Analysis } from '#core/tickets/analysis/analysis.ts';
import type { ReceivedTicket } from '#core/tickets/receive-ticket.ts';
import type { StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import { T0 } from './versions.ts';

/** A version of a ticket as it is taken in, generated at `T0`. */
export function receivedTicket(over: Partial<ReceivedTicket> = {}): ReceivedTicket {
  return {
    id: '1',
    createdAt: T0 - 5_000,
    updatedAt: T0,
    generatedAt: T0,
    status: 'open',
    priority: 'normal',
    type: 'question',
    channel: 'email',
    brandId: '360001',
    formId: null,
    tags: ['checkout'],
    requesterHash: 'requester',
    subject: 'Checkout fails',
    body: 'The button does nothing – naïve 日本 🙂.',
    isTruncated: false,
    contentSha: 'sha-1',
    mergedInto: null,
    isEmpty: false,
    isScrubbed: false,
    isFiltered: false,
    ...over,
  };
}

const ANALYSIS: Analysis = {
  statement: 'Checkout fails',
  summary: 'The button does nothing.',
  kind: 'bug',
  product_area: 'checkout',
  component_hint: null,
  severity: 'high',
  scope: 'one_user',
  blocked: true,
  sentiment: 'negative',
  churn_risk: false,
  root_cause_guess: null,
  reproduction: null,
  reasons: [],
  language: 'en',
  contains_pii: false,
  suspected_injection: false,
  confidence: 'high',
};

/** An analysis of `receivedTicket`'s content. */
export function storedAnalysis(
  over: Partial<StoredAnalysis> = {},
  said: Partial<Analysis> = {},
): StoredAnalysis {
  return {
    analysis: { ...ANALYSIS, ...said },
    schemaVersion: 1,
    promptSha: 'prompt',
    model: 'claude-haiku-5-5',
    requestId: 'req_1',
    usage: { inputTokens: 900, outputTokens: 200, cacheReadTokens: 0 },
    costMicroUsd: 190,
    contentSha: 'sha-1',
    analysedAt: T0 + 1_000,
    ...over,
  };
}
