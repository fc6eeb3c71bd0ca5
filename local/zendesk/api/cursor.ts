/** The cursor of the ticket export: base64 of `1576613539.0||467|`. Clients must not read it. */
import type { Position } from '#local/zendesk/tickets/ticket-store.ts';

/** Writes a place down. `mark` makes another cursor of the same place. */
export function encodeCursor({ generatedAt, id }: Position, mark = ''): string {
  return Buffer.from(`${generatedAt}.0||${id}|${mark}`).toString('base64');
}

/** Reads a cursor; undefined when it is none of ours. */
export function decodeCursor(cursor: string): Position | undefined {
  const [, generatedAt, id] = /^(\d+)\.0\|\|(\d+)\|\w*$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  return generatedAt === undefined ? undefined : { generatedAt: Number(generatedAt), id: Number(id) };
}
