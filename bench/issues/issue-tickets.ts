import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { ticketItem } from '#adapters/dynamodb/tickets/ticket-item.ts';
import { rememberMonth } from '#adapters/dynamodb/tickets/ticket-months.ts';
import { createRandom } from '#bench/eval/seeded-random.ts';
import { inParallel } from '#core/in-parallel.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import { contentSha } from '#core/tickets/text/content-sha.ts';
import { TicketStatus } from '#core/tickets/ticket.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { Random } from '#core/time/clock.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** The account that the benchmark's tickets are of. */
export const SUBDOMAIN = 'bench';

const TOPICS = 300;
const WORDS_A_TOPIC = 14;
const TOPIC_WORDS = 9;
const COMMON_WORDS = 30;
/** About as frequent as in English. */
const LETTERS = 'eeeeeetttttaaaaooooiiinnnssshhhrrrddlllcuumwfgypbvkjxqz';
const ITEMS_A_WRITE = 25;
const WRITES_AT_ONCE = 4;

/** Which tickets there are. Times are milliseconds since 1970. */
export type BenchTickets = {
  readonly count: number;
  /** The id of the first. */
  readonly first: number;
  /** They are spread over this time. */
  readonly from: number;
  readonly to: number;
};

/** Puts tickets into the table as a sync leaves them, each with some forty words: those of its topic, and usual ones. */
export async function putTickets(table: Table, tickets: BenchTickets): Promise<void> {
  const random = createRandom(tickets.first + 1);
  const entries = Array.from({ length: tickets.count }, (_, n) => entryOf(tickets, n, random));
  const months = { table, subdomain: SUBDOMAIN, months: new Map<string, Promise<unknown>>() };
  const named = new Set(entries.map(({ createdAt }) => isoFromMs(createdAt).slice(0, 7)));
  for (const month of named) await rememberMonth(months, month);
  const pieces = Array.from({ length: Math.ceil(entries.length / ITEMS_A_WRITE) }, (_, at) =>
    entries.slice(at * ITEMS_A_WRITE, (at + 1) * ITEMS_A_WRITE),
  );
  await inParallel(pieces, WRITES_AT_ONCE, async (piece) => {
    const puts = piece.map((entry) => ({ PutRequest: { Item: ticketItem(SUBDOMAIN, entry, undefined) } }));
    await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: puts } }));
  });
}

function entryOf({ first, count, from, to }: BenchTickets, n: number, random: Random): LiveTicket {
  const createdAt = from + Math.floor(((to - from) * n) / count);
  // Some topics are written about much more often than others.
  const topic = Math.floor(random() ** 2 * TOPICS);
  const said = { subject: wordsOf(topic, 4, random), body: textOf(topic, random) };
  const { next } = received(
    undefined,
    {
      ...{ id: String(first + n), createdAt, updatedAt: createdAt, generatedAt: createdAt },
      ...{ status: TicketStatus.open, channel: 'email', tags: [], priority: null, type: null },
      ...{ brandId: null, formId: null, mergedInto: null, ...said, contentSha: contentSha(said) },
      ...{ requesterHash: `r${Math.floor(random() * count)}`, isFiltered: false, isTruncated: false },
      ...{ isScrubbed: false, isEmpty: false },
    },
    { fence: 1, now: createdAt },
  );
  if (next?.kind !== 'live') throw new RangeError('a new ticket is live');
  return { ...next, revision: 1 };
}

function textOf(topic: number, random: Random): string {
  const common = Array.from({ length: COMMON_WORDS }, () => wordAt(Math.floor(random() ** 3 * 2_000)));
  return `${wordsOf(topic, TOPIC_WORDS, random)} ${common.join(' ')}`;
}

function wordsOf(topic: number, count: number, random: Random): string {
  const begin = 2_000 + topic * WORDS_A_TOPIC;
  const words = Array.from({ length: count }, () => wordAt(begin + Math.floor(random() * WORDS_A_TOPIC)));
  return words.join(' ');
}

/** A word of four to nine letters, the same for the same number. */
function wordAt(number: number): string {
  const random = createRandom(number + 1);
  const length = 4 + Math.floor(random() * 6);
  return Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}
