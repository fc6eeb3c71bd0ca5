import { StorageError } from '#core/errors.ts';
import { GenerationChangedError } from '#core/issues/errors.ts';
import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueSummary } from '#core/issues/issue.ts';
import type {
  DayOfCounts,
  IssueGeneration,
  IssueGenerations,
  NextGeneration,
} from '#core/issues/issue-generation.ts';
import { GENERATION_KEPT_MS } from './generation-times.ts';

type StoredGeneration = {
  readonly generation: IssueGeneration;
  readonly days: ReadonlyMap<string, TicketDay>;
  readonly counts: ReadonlyMap<string, DayOfCounts>;
  readonly issues: readonly IssueSummary[];
  readonly replacedAt?: number;
};

/** What one account has: the number that was given last, the generation that counts, and all that can be read. */
type GenerationsOfAccount = {
  last: number;
  current: number | undefined;
  readonly stored: Map<number, StoredGeneration>;
};

/** The generations by subdomain. */
export type MemoryIssueGenerations = { readonly issueGenerations: Map<string, GenerationsOfAccount> };

/** The in-memory fake of `createIssueGenerations`. It never leaves anything behind that is to be swept. */
export function createMemoryIssueGenerations(
  { issueGenerations }: MemoryIssueGenerations,
  subdomain: string,
): IssueGenerations {
  const account = issueGenerations.get(subdomain) ?? { last: 0, current: undefined, stored: new Map() };
  issueGenerations.set(subdomain, account);
  const { stored } = account;
  const of = ({ number }: IssueGeneration) => {
    const found = stored.get(number);
    if (found === undefined) throw new StorageError(`Generation ${number} of the issues is no longer kept`);
    return found;
  };
  return {
    current: async () =>
      account.current === undefined ? undefined : stored.get(account.current)?.generation,
    get: async (number) => stored.get(number)?.generation,
    readDays: async (generation, days) => picked(of(generation).days, days),
    readCounts: async (generation, days) => picked(of(generation).counts, days),
    readIssues: async (generation) => of(generation).issues,
    async publish(before, next) {
      if (account.current !== before?.number) throw new GenerationChangedError(before?.number ?? 0);
      const former = before && stored.get(before.number);
      if (former) stored.set(former.generation.number, { ...former, replacedAt: next.publishedAt });
      account.last += 1;
      const published = nextOf(account.last, former, next);
      stored.set(account.last, published);
      account.current = account.last;
      return published.generation;
    },
    async reset() {
      account.current = undefined;
      stored.clear();
    },
    async sweep(now) {
      for (const [number, { replacedAt }] of stored) {
        if (replacedAt !== undefined && replacedAt + GENERATION_KEPT_MS <= now) stored.delete(number);
      }
      return 0;
    },
  };
}

function nextOf(
  number: number,
  before: StoredGeneration | undefined,
  { days: changedDays, counts: changedCounts, issues, ...rest }: NextGeneration,
): StoredGeneration {
  const days = new Map(before?.days);
  for (const day of changedDays) days.set(day.day, { ...day, tickets: [...day.tickets] });
  for (const [day, { tickets }] of days) if (tickets.length === 0) days.delete(day);
  const counts = new Map(before?.counts);
  for (const [day, { hours, totals }] of changedCounts)
    counts.set(day, { hours: new Map(hours), totals: new Map(totals) });
  for (const [day, { hours, totals }] of counts) if (hours.size + totals.size === 0) counts.delete(day);
  const sorted = [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1));
  return {
    generation: {
      ...rest,
      number,
      days: new Map(sorted.map(({ day, tickets }) => [day, tickets.length])),
      countedDays: new Set([...counts.keys()].toSorted()),
    },
    days,
    counts,
    issues: [...issues],
  };
}

function picked<T>(from: ReadonlyMap<string, T>, days: Iterable<string>): Map<string, T> {
  return new Map(
    [...new Set(days)].flatMap((day): [string, T][] => {
      const found = from.get(day);
      return found === undefined ? [] : [[day, found]];
    }),
  );
}
