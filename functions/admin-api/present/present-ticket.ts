import * as z from 'zod';
import { effectiveAnalysis } from '#core/tickets/analyse-ticket.ts';
import { analysisSchema } from '#core/tickets/analysis/analysis.ts';
import type { Correction } from '#core/tickets/analysis/correction.ts';
import { TicketPriority, TicketStatus } from '#core/tickets/ticket.ts';
import type { AnalysisState, LiveTicket, StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import { isoFromMs } from '#core/time/instant.ts';
import type { TicketApiSettings } from '#functions/admin-api/ports.ts';
import { count, time, usd } from './wire-schemas.ts';

/** Every status but that of a ticket which is gone from here. */
export const shownStatus = z.enum(TicketStatus).exclude([TicketStatus.deleted]);

export const ticketId = z
  .string()
  .meta({ description: 'Id of a ticket at Zendesk.', pattern: '^\\d{1,20}$', examples: ['35436'] });

/** Where an analysis came from. */
const provenance = z.object({
  analysed_at: time,
  model: z.string().meta({ examples: ['claude-haiku-5-5'] }),
  schema_version: count,
  cost_usd: usd,
});

const wireAnalysis = z.object({
  ...analysisSchema.shape,
  ...provenance.shape,
  corrected: z
    .array(z.enum(['kind', 'severity', 'product_area']))
    .meta({ description: 'Fields that an operator put right.', examples: [[]] }),
});

const wireAnalysisState = z.object({
  status: z.enum(['pending', 'done', 'failed', 'refused', 'excluded']).meta({
    description: '`pending`: asked for in a batch, too. `excluded`: not to be analysed at all.',
  }),
  reason: z.string().nullable().meta({ description: 'Why it failed, was refused or is excluded.' }),
});

export const wireTicket = z.object({
  id: ticketId,
  url: z.url().meta({
    description: 'Where agents read it.',
    examples: ['https://acme.zendesk.com/agent/tickets/35436'],
  }),
  subject_redacted: z.string(),
  created_at: time,
  updated_at: time,
  status: shownStatus,
  priority: z.enum(TicketPriority).nullable(),
  channel: z.string().meta({ examples: ['email'] }),
  analysis_state: wireAnalysisState,
  analysis: wireAnalysis
    .nullable()
    .meta({ description: 'The newest; stays while another one is due. Null: there is none yet.' }),
  issue_id: z.string().nullable().meta({
    description: 'The issue that it is in. Null: it is not grouped yet, it is spam, or it says nothing.',
  }),
});

export const wireTicketDetail = wireTicket.extend({
  text_redacted: z.string(),
  is_truncated: z.boolean().meta({ description: 'The text was longer than what is kept of it.' }),
  history: z
    .array(z.object({ ...analysisSchema.shape, ...provenance.shape }))
    .max(20)
    .meta({ description: "The model's analyses, the newest first, without corrections." }),
});

/** What is known of a ticket besides its entry. */
type TicketContext = Pick<TicketApiSettings, 'zendeskUrl'> & { readonly issueId: string | null };

/** No requester, no address: nothing of a ticket leaves but what was redacted. */
export function presentTicket(
  ticket: LiveTicket,
  { zendeskUrl, issueId }: TicketContext,
): z.output<typeof wireTicket> {
  const { id, subject, createdAt, updatedAt, status, priority, channel } = ticket;
  return {
    id,
    url: ticketUrl(id, zendeskUrl),
    subject_redacted: subject,
    created_at: isoFromMs(createdAt),
    updated_at: isoFromMs(updatedAt),
    // A deleted ticket is kept as a tombstone, never as a live one.
    status: status as z.output<typeof shownStatus>,
    priority,
    channel,
    analysis_state: presentState(ticket.analysis),
    analysis: presentAnalysis(ticket),
    issue_id: issueId,
  };
}

export function presentTicketDetail(
  ticket: LiveTicket,
  history: readonly StoredAnalysis[],
  context: TicketContext,
): z.output<typeof wireTicketDetail> {
  return {
    ...presentTicket(ticket, context),
    text_redacted: ticket.body,
    is_truncated: ticket.isTruncated,
    history: history.map((one) => ({ ...presentFields(one.analysis), ...presentProvenance(one) })),
  };
}

/** Where agents read a ticket. */
export function ticketUrl(id: string, zendeskUrl: string): string {
  return `${zendeskUrl}/agent/tickets/${id}`;
}

function presentState(state: AnalysisState): z.output<typeof wireAnalysisState> {
  const status = state.status === 'batched' ? 'pending' : state.status;
  return { status, reason: 'reason' in state ? state.reason : null };
}

function presentAnalysis(ticket: LiveTicket): z.output<typeof wireAnalysis> | null {
  const analysis = effectiveAnalysis(ticket);
  if (analysis === null || ticket.analysed === null) return null;
  return {
    ...presentFields(analysis),
    ...presentProvenance(ticket.analysed),
    corrected: correctedFields(ticket.correction),
  };
}

function presentFields(analysis: StoredAnalysis['analysis']): z.output<typeof analysisSchema> {
  return { ...analysis, reasons: analysis.reasons.map((reason) => ({ ...reason })) };
}

function presentProvenance({ analysedAt, model, schemaVersion, costMicroUsd }: StoredAnalysis) {
  return {
    analysed_at: isoFromMs(analysedAt),
    model,
    schema_version: schemaVersion,
    cost_usd: costMicroUsd / 1_000_000,
  };
}

function correctedFields(correction: Correction | null) {
  const fields = ['kind', 'severity', 'product_area'] as const;
  return fields.filter((field) => correction?.[field] !== undefined);
}
