import * as z from 'zod';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { compressJson, type PackedJson, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { stringify } from '#core/json/json.ts';
import { TicketStatus } from '#core/tickets/ticket.ts';
import type { LiveTicket, StoredAnalysis, TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';
import { createdKey, facetsOf, monthIn, type TicketFacets } from './ticket-list.ts';
import { cutRaw, historyKey } from './ticket-text.ts';

/** The sort keys of what is kept of a ticket. */
export const META = 'META';
export const RAW = 'RAW';
export const HISTORY_PREFIX = 'ANALYSIS#';

/** How long a tombstone is kept: thrice as long as Zendesk can bring a ticket back. */
const TOMBSTONE_MS = 90 * 86_400_000;
/** How long an analysis stays in the history. */
const HISTORY_MS = 400 * 86_400_000;
/** From here on JSON is compressed: most tickets then cost one write unit rather than two. */
const MAX_PLAIN_CHARACTERS = 700;

/** The partition of a ticket. */
export function ticketPartition(subdomain: string, id: string): string {
  return `TICKET#${subdomain}#${id}`;
}

/** The key of a ticket's entry. */
export function ticketKey(subdomain: string, id: string): Key {
  return { pk: ticketPartition(subdomain, id), sk: META };
}

/** The partition of the list's index with the tickets that were created in a month. */
export function monthPartition(subdomain: string, month: string): string {
  return `${subdomain}#${month}`;
}

/** States in which a ticket is in the index of what waits. */
export type WaitingState = 'pending' | 'batched' | 'failed';

/** The partition of the index of what waits. */
export function workOf(subdomain: string, state: WaitingState): string {
  return `ticket#${state}#${subdomain}`;
}

/** The item of an entry: all of it as JSON, and what conditions and indexes need of it. */
export type TicketItem = Key &
  Partial<TicketFacets> & {
    readonly revision: number;
    readonly generatedAt: number;
    readonly fence: number;
    readonly json: PackedJson;
    /** The tombstone's end; a live ticket has none. */
    readonly expiresAt?: number;
    readonly ticketMonth?: string;
    readonly createdAt?: string;
    readonly work?: string;
    readonly dueAt?: string;
  };

export function ticketItem(subdomain: string, entry: TicketEntry): TicketItem {
  const { id, revision, generatedAt, fence } = entry;
  const item = { ...ticketKey(subdomain, id), revision, generatedAt, fence, json: pack(entry) };
  if (entry.kind === 'deleted') return { ...item, expiresAt: tombstoneEnd(entry.deletedAt) };
  const createdAt = createdKey(entry);
  const ticketMonth = monthPartition(subdomain, monthIn(createdAt));
  return { ...item, ticketMonth, createdAt, ...facetsOf(entry), ...waiting(subdomain, entry, createdAt) };
}

function waiting(subdomain: string, { analysis }: LiveTicket, dueAt: string): Partial<TicketItem> {
  const { status } = analysis;
  const isWaiting = status === 'pending' || status === 'batched' || status === 'failed';
  return isWaiting ? { work: workOf(subdomain, status), dueAt } : {};
}

/** When a tombstone, and the mark in the place of its raw text, may go, in epoch seconds. */
function tombstoneEnd(deletedAt: number): number {
  return toEpochSeconds(deletedAt + TOMBSTONE_MS);
}

/** The entry in an item; undefined where it can't be read. */
export function readTicket(row: Row): TicketEntry | undefined {
  const parsed = storedEntry.safeParse(unpackJson(row.json));
  if (!parsed.success || typeof row.revision !== 'number') return undefined;
  const isIts = String(row.pk).endsWith(`#${parsed.data.id}`);
  // What is stored was written by `ticketItem`; the texts in it were checked before.
  return isIts ? ({ ...parsed.data, revision: row.revision } as TicketEntry) : undefined;
}

/** The item of raw text. */
export function rawItem(
  pk: string,
  text: RawText,
  { generatedAt, expiresAt }: { readonly generatedAt: number; readonly expiresAt: number },
) {
  return { pk, sk: RAW, generatedAt, expiresAt: toEpochSeconds(expiresAt), json: pack(cutRaw(text)) };
}

/** What is left in the place of raw text: an older version that comes late is refused by it. */
export function rawMark(pk: string, generatedAt: number, deletedAt: number) {
  return { pk, sk: RAW, generatedAt, expiresAt: tombstoneEnd(deletedAt) };
}

/** The raw text in an item; undefined where there is none. */
export function readRaw(row: Row): RawText | undefined {
  const parsed = storedRaw.safeParse(unpackJson(row.json));
  return parsed.success ? parsed.data : undefined;
}

/** The item of an analysis in a ticket's history. */
export function historyItem(pk: string, analysis: StoredAnalysis) {
  const expiresAt = toEpochSeconds(analysis.analysedAt + HISTORY_MS);
  return { pk, sk: HISTORY_PREFIX + historyKey(analysis), expiresAt, json: pack(analysis) };
}

/** The analysis in an item of the history; undefined where it can't be read. */
export function readAnalysis(row: Row): StoredAnalysis | undefined {
  const parsed = storedAnalysis.safeParse(unpackJson(row.json));
  return parsed.success ? (parsed.data as StoredAnalysis) : undefined;
}

/** JSON as text, or compressed where it is longer than a few lines. */
export function pack(value: unknown): PackedJson {
  const json = stringify(value);
  return json.length > MAX_PLAIN_CHARACTERS ? compressJson(json) : json;
}

const whole = z.int();
const text = z.string();
const storedRaw = z.object({ subject: text.nullable(), description: text.nullable() });

/** The analysis itself may be of an older form, so only that it is one is checked. */
const storedAnalysis = z.object({
  analysis: z.looseObject({ statement: text, kind: text, severity: text, product_area: text }),
  schemaVersion: whole,
  promptSha: text,
  model: text,
  requestId: text,
  usage: z.object({ inputTokens: whole, outputTokens: whole, cacheReadTokens: whole }),
  costMicroUsd: whole,
  contentSha: text,
  analysedAt: whole,
});

const version = { id: text, generatedAt: whole, fence: whole };

const storedEntry = z.discriminatedUnion('kind', [
  z.object({ ...version, kind: z.literal('deleted'), deletedAt: whole }),
  z.object({
    ...version,
    kind: z.literal('live'),
    createdAt: whole,
    updatedAt: whole,
    status: z.enum(TicketStatus),
    priority: text.nullable(),
    type: text.nullable(),
    channel: text,
    brandId: text.nullable(),
    formId: text.nullable(),
    tags: z.array(text),
    mergedInto: text.nullable(),
    requesterHash: text.nullable(),
    subject: text,
    body: text,
    isTruncated: z.boolean(),
    contentSha: text,
    analysis: z.discriminatedUnion('status', [
      z.object({ status: z.literal('pending'), since: whole, attempts: whole }),
      z.object({ status: z.literal('batched'), since: whole, attempts: whole, batchId: text }),
      z.object({ status: z.literal('done') }),
      z.object({ status: z.literal('failed'), attempts: whole, reason: text }),
      z.object({ status: z.literal('refused'), reason: text }),
      z.object({ status: z.literal('excluded'), reason: text }),
    ]),
    analysed: storedAnalysis.nullable(),
    correction: z
      .object({ kind: text.optional(), severity: text.optional(), product_area: text.optional() })
      .nullable(),
  }),
]);
