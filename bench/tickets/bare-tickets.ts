import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { ZendeskProcessFacts } from '#bench/services/services.ts';
import { inParallel } from '#core/in-parallel.ts';

/** As many as the sync: see `take-tickets.ts`, where each ticket has two. */
const CONCURRENT_WRITES = 48;

type WireTicket = {
  readonly id: number;
  readonly subject: string | null;
  readonly description: string;
  readonly created_at: string;
  readonly generated_timestamp: number;
};

type Page = {
  readonly tickets: readonly WireTicket[];
  readonly after_cursor: string | null;
  readonly end_of_stream: boolean;
};

/**
 * The least that a first sync could do: fetch each page, parse it, and put two items for each ticket, its text as it
 * came and its entry, without redaction and conditions.
 */
export async function putBare(zendesk: ZendeskProcessFacts, table: Table) {
  const authorization = `Bearer ${await newToken(zendesk)}`;
  let query = 'start_time=0';
  let written = 0;
  for (;;) {
    const url = `${zendesk.url}/api/v2/incremental/tickets/cursor.json?per_page=1000&${query}`;
    const page = (await (await fetch(url, { headers: { authorization } })).json()) as Page;
    const items = page.tickets.flatMap((ticket) => itemsOf(ticket, zendesk.subdomain));
    await inParallel(items, CONCURRENT_WRITES, async (Item) => {
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    });
    written += items.length;
    if (page.end_of_stream || page.after_cursor === null) return { counts: { written } };
    query = `cursor=${encodeURIComponent(page.after_cursor)}`;
  }
}

async function newToken({ url, clientId, clientSecret }: ZendeskProcessFacts): Promise<string> {
  const response = await fetch(`${url}/oauth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'read',
      expires_in: 3_600,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** The items of a ticket as the sync writes them, at their size and in the same indexes. */
function itemsOf({ id, subject, description, created_at, generated_timestamp }: WireTicket, account: string) {
  const pk = `TICKET#${account}#${id}`;
  const text = { subject, description };
  const createdAt = `${created_at}#${id}`;
  const entry = {
    ...{ pk, sk: 'META', revision: 1, fence: 1, generatedAt: generated_timestamp * 1000 },
    json: JSON.stringify({ ...text, requesterHash: 'r'.repeat(43), contentSha: 's'.repeat(43), tags: [] }),
    ...{ ticketMonth: `${account}#${created_at.slice(0, 7)}`, createdAt, status: 'open' },
    ...{ work: `ticket#pending#${account}`, dueAt: createdAt },
  };
  return [{ pk, sk: 'RAW', rank: generated_timestamp * 2000, json: JSON.stringify(text) }, entry];
}
