import { InvalidCursorError } from '#core/errors.ts';
import type { IssueFacts, IssueStatus, IssueSummary } from '#core/issues/issue.ts';
import { shownIssue } from '#core/issues/summaries/shown-issue.ts';
import type { Trend } from '#core/issues/trends/growth.ts';
import type { ListCursors, Page } from '#core/page.ts';
import { ApiError } from '#functions/admin-api/http/errors.ts';
import type { IssueServices } from '#functions/admin-api/ports.ts';
import type { IssueView } from './issue-reader.ts';

/** By what a list of issues can be ordered, the largest first. */
const IssueSort = {
  score: 'score',
  count7d: 'count_7d',
  growth: 'growth',
  lastSeen: 'last_seen',
} as const;
type IssueSort = (typeof IssueSort)[keyof typeof IssueSort];

/** What a list of issues is narrowed down to. Without a status all are in it but those that are emerging. */
type IssueFilter = {
  readonly status?: IssueStatus | 'emerging' | undefined;
  readonly trend?: Trend | undefined;
  readonly kind?: string | undefined;
  readonly product_area?: string | undefined;
};

/** What a list is asked for with. */
export type IssueQuery = { readonly filter: IssueFilter; readonly sort: IssueSort };

/** The generation that a list is of, and where a page of it begins. */
export type IssuePlace = { readonly view: IssueView; readonly after: IssuePosition | undefined };

/** Behind which issue a page begins. Neither changes within a generation, whatever an operator does meanwhile. */
type IssuePosition = { readonly value: number; readonly id: string };

const VALUE: Readonly<Record<IssueSort, (issue: IssueSummary) => number>> = {
  score: ({ score }) => score,
  count_7d: ({ tickets7d }) => tickets7d,
  growth: ({ growth }) => growth.ratio,
  last_seen: ({ lastSeen }) => lastSeen,
};

/**
 * Where a list begins: in the generation that counts now, or where its cursor says, in the same generation as the page
 * before.
 *
 * @returns undefined where nothing was grouped yet
 * @throws InvalidCursorError
 * @throws ApiError `cursor_expired` (400) where that generation is gone
 */
export async function findPlace(
  { reader, cursors }: Pick<IssueServices, 'reader' | 'cursors'>,
  query: IssueQuery,
  cursor: string | undefined,
): Promise<IssuePlace | undefined> {
  if (cursor === undefined) {
    const view = await reader.current();
    return view && { view, after: undefined };
  }
  const [number, publishedAt, value, id] = cursors.issues.decode(named(query), cursor);
  if (id === undefined) throw new InvalidCursorError('The cursor has no position.');
  const view = await reader.get(Number(number), Number(publishedAt));
  if (view === undefined) throw cursorExpired();
  return { view, after: { value: Number(value), id } };
}

/** A page of a list, with what is kept of its issues. */
export async function listIssues(
  { view, after }: IssuePlace,
  facts: ReadonlyMap<string, IssueFacts>,
  { filter, sort }: IssueQuery,
  limit: number,
): Promise<{ readonly issues: readonly IssueSummary[]; readonly next: IssuePosition | undefined }> {
  const rank = VALUE[sort];
  const order = (a: IssuePosition, b: IssuePosition) => b.value - a.value || (a.id < b.id ? -1 : 1);
  const found = [...(await view.issues()).values()]
    .filter((issue) => isWanted(issue, facts.get(issue.id), filter))
    .map((issue) => ({ issue, value: rank(issue), id: issue.id }))
    .filter((one) => after === undefined || (one.id !== after.id && order(one, after) > 0))
    .sort(order);
  const page = found.slice(0, limit);
  return {
    issues: page.map(({ issue }) => issue),
    next: found.length > limit ? page.at(-1) : undefined,
  };
}

/** The cursor of what is behind a position. */
export function cursorBehind(
  { view: { generation } }: IssuePlace,
  cursors: ListCursors,
  query: IssueQuery,
  { value, id }: IssuePosition,
): NonNullable<Page<unknown>['cursor']> {
  const { number, publishedAt } = generation;
  return cursors.encode(named(query), [String(number), String(publishedAt), String(value), id]);
}

/** What a cursor is sealed with. */
function named({ filter, sort }: IssueQuery): object {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { sort, ...Object.fromEntries(given) };
}

/** 400: the list that a cursor goes on with is no longer kept. */
export function cursorExpired(): ApiError {
  const message =
    'The issues were grouped anew since this list began, and it is no longer kept. Start again without a cursor.';
  return new ApiError(400, 'cursor_expired', message);
}

function isWanted(issue: IssueSummary, facts: IssueFacts | undefined, filter: IssueFilter): boolean {
  const { status } = shownIssue(issue, facts);
  if (filter.status === undefined ? status === 'emerging' : status !== filter.status) return false;
  if (filter.trend !== undefined && issue.trend !== filter.trend) return false;
  if (filter.kind !== undefined && issue.kind !== filter.kind) return false;
  return filter.product_area === undefined || issue.productArea === filter.product_area;
}
