import { expect } from 'vitest';
import type { Page } from '#core/page.ts';

/** Reads a list page by page to its end. No page may be larger than the limit, and the list must end. */
export async function readAllPages<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 2_000; pages += 1) {
    const page = await read(cursor);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return items;
  }
  throw new Error('The list does not end');
}

/** What somebody might send instead of a cursor that a list gave. */
export function forgedCursors(given: string): string[] {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const parts = JSON.parse(Buffer.from(given, 'base64url').toString()) as unknown[];
  const changed = parts.map((_, at) => json(parts.map((part, n) => (n === at ? `${part}x` : part))));
  return [
    '',
    ' ',
    'x',
    '%%%',
    `${given}!`,
    `${given}=`,
    given.slice(0, -1),
    given.slice(1),
    given.slice(0, given.length / 2),
    given + given,
    'x'.repeat(10_000),
    json(null),
    json(1),
    json({}),
    json([]),
    json([1]),
    json([1, 'a']),
    json([1, {}, 'a']),
    json(parts.slice(1)),
    json([...parts, 'x']),
    json([2, ...parts.slice(1)]),
    ...changed,
  ];
}
