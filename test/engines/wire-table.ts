import { Readable } from 'node:stream';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { SILENT } from './test-stores.ts';

/** An item as it goes over the wire: `{ sk: { S: 'a' } }`. */
export type WireItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * A table at the other end of the wire, without a server: what the SDK makes of a write is kept as it was sent, and a
 * query is answered with all of it, the latest first. Enough to see what a marshaller does to an item.
 */
export function openWireTable(): { readonly table: Table; readonly items: WireItem[] } {
  const items: WireItem[] = [];
  const answer = (call: string, body: { readonly Item?: WireItem }): object => {
    if (call === 'DynamoDB_20120810.PutItem' && body.Item) items.unshift(body.Item);
    return call === 'DynamoDB_20120810.Query' ? { Items: items, Count: items.length } : {};
  };
  const handle = async (request: { readonly headers: Record<string, string>; readonly body: Uint8Array }) => {
    const sent = JSON.parse(new TextDecoder().decode(request.body));
    const text = JSON.stringify(answer(request.headers['x-amz-target'] ?? '', sent));
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: 200, headers, body: Readable.from([Buffer.from(text)]) } };
  };
  const client = createDocumentClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { handle } as never,
  });
  return { table: { client, name: 'wire', log: SILENT }, items };
}
