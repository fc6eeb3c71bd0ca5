/** The two ways of paging through lists: by cursor (`page[size]`), and the old one by number (`page`). */
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import { listedFailure } from './failures.ts';

const MAX_PAGE_SIZE = 100;
/** Where the old paging ends. */
const MAX_OFFSET = 10_000;

/** The rows of a page, and what its answer says of the others. */
export type ListPage<Row> = {
  readonly rows: readonly Row[];
  readonly links: Readonly<Record<string, unknown>>;
};

/** The page of a list that a call asks for. */
export function pageOf<Row>(rows: readonly Row[], call: Call): ListPage<Row> | Draft {
  const { query } = call;
  const isByCursor = query.has('page[size]') || query.has('page[after]') || query.has('page[before]');
  return isByCursor ? pageByCursor(rows, call) : pageByNumber(rows, call);
}

function pageByCursor<Row>(rows: readonly Row[], call: Call): ListPage<Row> | Draft {
  const size = Number(call.query.get('page[size]') ?? MAX_PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) {
    const detail = `page[size] must be between 1 and ${MAX_PAGE_SIZE}`;
    return listedFailure(400, 'InvalidPaginationParameter', 'page[size] is invalid', detail);
  }
  const after = call.query.get('page[after]');
  const before = call.query.get('page[before]');
  const place = readPlace(after ?? before);
  if (place === undefined) {
    return listedFailure(
      400,
      'InvalidPaginationParameter',
      'page[after] is invalid',
      'The cursor is invalid.',
    );
  }
  const start = after === null && before !== null ? Math.max(0, place - 1 - size) : place;
  const end = Math.min(rows.length, start + size);
  const hasMore = end < rows.length;
  const isEmpty = end <= start;
  return {
    rows: rows.slice(start, end),
    links: {
      meta: {
        has_more: hasMore,
        after_cursor: isEmpty ? null : writePlace(end),
        before_cursor: isEmpty ? null : writePlace(start + 1),
      },
      links: {
        next: hasMore ? linkTo(call, 'page[after]', writePlace(end)) : null,
        prev: start > 0 ? linkTo(call, 'page[before]', writePlace(start + 1)) : null,
      },
    },
  };
}

function pageByNumber<Row>(rows: readonly Row[], call: Call): ListPage<Row> | Draft {
  const page = Math.max(1, Number(call.query.get('page') ?? 1) || 1);
  const size = Math.min(MAX_PAGE_SIZE, Math.max(1, Number(call.query.get('per_page')) || MAX_PAGE_SIZE));
  const end = page * size;
  if (end > MAX_OFFSET) {
    const detail = `Number of records requested exceeds the limit of ${MAX_OFFSET}. Use cursor pagination.`;
    return listedFailure(400, 'InvalidPaginationDepth', 'Pagination depth', detail);
  }
  return {
    rows: rows.slice(end - size, end),
    links: {
      next_page: end < rows.length ? linkTo(call, 'page', String(page + 1)) : null,
      previous_page: page > 1 ? linkTo(call, 'page', String(page - 1)) : null,
      count: rows.length,
    },
  };
}

function writePlace(index: number): string {
  return Buffer.from(JSON.stringify({ o: 'id', v: index })).toString('base64');
}

/** The index that a cursor stands for, 0 where there is none; undefined when it is none of ours. */
function readPlace(cursor: string | null): number | undefined {
  if (cursor === null) return 0;
  const [, index] = /^\{"o":"id","v":(\d+)\}$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  return index === undefined ? undefined : Number(index);
}

function linkTo({ request, path, query }: Call, name: string, value: string): string {
  const url = new URL(path, request.origin);
  for (const [key, given] of query) {
    if (!['page', 'page[after]', 'page[before]'].includes(key)) url.searchParams.append(key, given);
  }
  url.searchParams.set(name, value);
  return url.href;
}
