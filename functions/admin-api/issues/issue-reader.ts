import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueSummary } from '#core/issues/issue.ts';
import type { DayOfCounts, IssueGeneration, IssueGenerations } from '#core/issues/issue-generation.ts';

/** Generations that are remembered: the newest, and one that somebody still pages through. */
const MAX_GENERATIONS = 2;
/** Days are forgotten where more tickets than these are remembered: some 60 MB. */
const MAX_TICKETS = 60_000;

/** One generation of the issues. What was read of it once is remembered: it never changes. */
export type IssueView = {
  readonly generation: IssueGeneration;
  /** All issues by id, those that are emerging, too. */
  issues(): Promise<ReadonlyMap<string, IssueSummary>>;
  /** Tickets by day; days that have none are left out. */
  days(days: Iterable<string>): Promise<ReadonlyMap<string, TicketDay>>;
  /** Counts by day; days that have none are left out. */
  counts(days: Iterable<string>): Promise<ReadonlyMap<string, DayOfCounts>>;
};

/** Reads the generations of the issues, each part of one at most once as long as it is remembered. */
export type IssueReader = {
  /** The one that counts now; undefined before the first. */
  current(): Promise<IssueView | undefined>;
  /** @param publishedAt tells it from one of that number before a reset. Undefined: it is gone. */
  get(number: number, publishedAt: number): Promise<IssueView | undefined>;
};

type ReadableGenerations = Pick<
  IssueGenerations,
  'current' | 'get' | 'readDays' | 'readCounts' | 'readIssues'
>;

/** A reader that has read nothing yet. */
export function createIssueReader(generations: ReadableGenerations): IssueReader {
  const views: IssueView[] = [];
  const find = (number: number, publishedAt: number) =>
    views.find(({ generation: of }) => of.number === number && of.publishedAt === publishedAt);
  const viewOf = (generation: IssueGeneration): IssueView => {
    const known = find(generation.number, generation.publishedAt);
    if (known !== undefined) return known;
    const view = createView(generations, generation);
    views.unshift(view);
    views.length = Math.min(views.length, MAX_GENERATIONS);
    return view;
  };
  return {
    async current() {
      const generation = await generations.current();
      return generation && viewOf(generation);
    },
    async get(number, publishedAt) {
      const known = find(number, publishedAt);
      if (known !== undefined) return known;
      const generation = await generations.get(number);
      return generation?.publishedAt === publishedAt ? viewOf(generation) : undefined;
    },
  };
}

function createView(generations: ReadableGenerations, generation: IssueGeneration): IssueView {
  let issues: Promise<ReadonlyMap<string, IssueSummary>> | undefined;
  const readIssues = async () =>
    new Map((await generations.readIssues(generation)).map((issue) => [issue.id, issue]));
  const days = createShelf<TicketDay>(
    (wanted) => generations.readDays(generation, wanted),
    (day) => generation.days.get(day) ?? 0,
  );
  const counts = createShelf<DayOfCounts>(
    (wanted) => generations.readCounts(generation, wanted),
    () => 1,
  );
  return {
    generation,
    issues() {
      issues ??= readIssues().catch((error: unknown) => {
        issues = undefined;
        throw error;
      });
      return issues;
    },
    days: (wanted) => days([...wanted].filter((day) => generation.days.has(day))),
    counts: (wanted) => counts([...wanted].filter((day) => generation.countedDays.has(day))),
  };
}

/** What was read by day. Days that are wanted together are read together, and each once. */
function createShelf<T>(
  read: (days: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  weightOf: (day: string) => number,
) {
  const shelf = new Map<string, Promise<T | undefined>>();
  let weight = 0;
  const put = (missing: readonly string[]) => {
    const added = missing.reduce((sum, day) => sum + weightOf(day), 0);
    if (weight + added > MAX_TICKETS) {
      shelf.clear();
      weight = 0;
    }
    weight += added;
    const reading = read(missing);
    for (const day of missing) {
      const one = reading.then((all) => all.get(day));
      shelf.set(day, one);
      one.catch(() => shelf.delete(day));
    }
  };
  return async (days: readonly string[]): Promise<ReadonlyMap<string, T>> => {
    const missing = days.filter((day) => !shelf.has(day));
    const known = new Map(days.flatMap((day) => (shelf.has(day) ? [[day, shelf.get(day)] as const] : [])));
    if (missing.length > 0) put(missing);
    const found = new Map<string, T>();
    for (const day of days) {
      const value = await (known.get(day) ?? shelf.get(day));
      if (value !== undefined) found.set(day, value);
    }
    return found;
  };
}
