import * as z from 'zod';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { type Expression, namesOf } from '#adapters/dynamodb/table/expression.ts';
import { type PackedJson, pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { TicketStatus } from '#core/tickets/ticket.ts';
import type { LiveTicket, StoredAnalysis, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { facetsOf, type TicketFacets } from '#core/tickets/ticket-facets.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';
import { createdKey, monthIn } from './ticket-list.ts';
import { cutRaw } from './ticket-text.ts';

/** The sort keys of what is kept of a ticket. */
const META = 'META';
export const RAW = 'RAW';

/** How long a tombstone is kept: thrice as long as Zendesk can bring a ticket back. */
const TOMBSTONE_MS = 90 * 86_400_000;

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
    /** The analyses before the newest one; absent where there are none. */
    readonly history?: unknown;
    /** The tombstone's end; a live ticket has none. */
    readonly expiresAt?: number;
    readonly ticketMonth?: string;
    readonly createdAt?: string;
    readonly work?: string;
    readonly dueAt?: string;
  };

/** @param history the attribute of that name, as it is stored */
export function ticketItem(subdomain: string, entry: TicketEntry, history: unknown): TicketItem {
  const { id, revision, generatedAt, fence } = entry;
  const item = { ...ticketKey(subdomain, id), revision, generatedAt, fence, json: pack(entry) };
  if (entry.kind === 'deleted') return { ...item, expiresAt: tombstoneEnd(entry.deletedAt) };
  const createdAt = createdKey(entry);
  const ticketMonth = monthPartition(subdomain, monthIn(createdAt));
  const lists = { ticketMonth, createdAt, ...facetsOf(entry), ...waiting(subdomain, entry, createdAt) };
  return { ...item, ...lists, ...(history === undefined ? {} : { history }) };
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

/** The item of raw text. `rank` orders what may take whose place. */
export function rawItem(
  pk: string,
  text: RawText,
  { generatedAt, expiresAt }: { readonly generatedAt: number; readonly expiresAt: number },
) {
  return {
    ...{ pk, sk: RAW, rank: generatedAt * 2, expiresAt: toEpochSeconds(expiresAt) },
    json: pack(cutRaw(text)),
  };
}

/** What a deletion leaves in the place of raw text: it ranks above the text of the same time, and all before it. */
export function rawMark(pk: string, generatedAt: number, deletedAt: number) {
  return { pk, sk: RAW, rank: generatedAt * 2 + 1, expiresAt: tombstoneEnd(deletedAt) };
}

/** That nothing of a higher rank is there. */
export function ranksOver(rank: number): Expression {
  return {
    text: 'attribute_not_exists(#pk) OR #rank <= :rank_',
    names: namesOf(['pk', 'rank']),
    values: { ':rank_': rank },
  };
}

/** The raw text in an item; undefined where there is none. */
export function readRaw(row: Row): RawText | undefined {
  const parsed = storedRaw.safeParse(unpackJson(row.json));
  return parsed.success ? parsed.data : undefined;
}

/** The attribute with older analyses; absent where there are none. */
export function packHistory(older: readonly StoredAnalysis[]): PackedJson | undefined {
  return older.length === 0 ? undefined : pack(older);
}

/** The older analyses in an item. One that can't be read is left out. */
export function readHistory({ history }: Row): readonly StoredAnalysis[] {
  const older = unpackJson(history);
  if (!Array.isArray(older)) return [];
  return older.filter((one): one is StoredAnalysis => storedAnalysis.safeParse(one).success);
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
