import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRatingConflictLog } from '#adapters/dynamodb/ratings/memory-rating-conflict-log.ts';
import { createMemoryRatingStore } from '#adapters/dynamodb/ratings/memory-rating-store.ts';
import { createRatingMarket } from '#adapters/marketplace/ratings.ts';
import { createMarketplaceHttp } from '#adapters/marketplace/request.ts';
import type { Log } from '#core/log.ts';
import type { RatingMarket } from '#core/ratings/rating-ports.ts';
import { queued, rated } from '#core/ratings/rating-state.ts';
import type { Receive, UploadDeps } from '#functions/rating-upload/upload-outcome.ts';
import { uploadRating } from '#functions/rating-upload/upload-rating.ts';

export const T0 = Date.parse('2026-02-19T10:30:00Z');
export const KEY = { skillId: 'csv', userId: 'dana' };
export const RUN = '01KHTNPR6M4Y8Z0V9QK2D3F5GH';
export const FIRST: Receive = { count: 1, isLast: false };
export const LAST: Receive = { count: 5, isLast: true };

/** One line of a log. */
export type Line = { readonly level: keyof Log; readonly message: string; readonly facts?: unknown };

/** A log that keeps what it was told, by level. */
export function createLevelLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const write = (level: keyof Log) => (message: string, facts?: unknown) =>
    void lines.push({ level, message, facts });
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

/** A request to the marketplace of a test, taken apart. */
export type Asked = { readonly method: string; readonly path: string; readonly body: unknown };

/** The marketplace's ratings over HTTP, whose server is this function. It takes no time. */
function createFakeMarket(answer: (asked: Asked) => Response, now: () => number): RatingMarket {
  const fakeFetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const { pathname: path } = new URL(String(input));
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    return answer({ method: init.method ?? 'GET', path, body });
  };
  const http = createMarketplaceHttp({
    baseUrl: 'https://api.example.test',
    token: async () => 'some-token',
    fetch: fakeFetch as typeof fetch,
    now,
    sleep: () => new Promise<void>(() => undefined),
    random: () => 0.5,
    timeoutMs: 30_000,
    log: createLevelLog(),
  });
  return createRatingMarket(http);
}

/** Uploads of one rating, on the memory fakes. The clock stands still until a test moves it. */
export function createUploadHarness(market: RatingMarket | ((asked: Asked) => Response)) {
  const memory = createMemoryTable();
  const ratings = createMemoryRatingStore(memory);
  const conflicts = createMemoryRatingConflictLog(memory);
  const log = createLevelLog();
  const clock = { ms: T0 };
  const now = () => clock.ms;
  let claims = 0;
  const deps: UploadDeps = {
    ratings,
    market: typeof market === 'function' ? createFakeMarket(market, now) : market,
    conflicts,
    now,
    random: () => 0.5,
    log,
    newClaimId: () => {
      claims += 1;
      return `claim-${claims}`;
    },
    remainingMs: () => 60_000,
  };
  const upload = async (receive: Receive = FIRST) => {
    const { revision } = (await ratings.get(KEY))!;
    return uploadRating(deps, { ...KEY, revision }, receive);
  };
  return {
    deps,
    log,
    clock,
    conflicts: async () => (await conflicts.list(200, undefined, now())).items,
    get: async () => (await ratings.get(KEY))!,
    /** A rating that is given and marked as queued. */
    async give(rating: number, comment?: string): Promise<void> {
      const value = { rating, ...(comment ? { comment } : {}) };
      await ratings.change(KEY, (current) => rated(current, KEY, value, now()));
      await ratings.change(KEY, (current) =>
        queued(current, { runId: RUN, now: now(), until: now() + 60_000 }),
      );
    },
    upload,
    /** Receives the message so often as the queue gives it, each time when its attempt is due. @returns the last outcome */
    async uploadToTheEnd() {
      for (let count = 2; ; count += 1) {
        clock.ms = Math.max(clock.ms, (await ratings.get(KEY))!.nextAttemptAt ?? 0);
        const outcome = await upload({ count, isLast: count === LAST.count });
        if (count === LAST.count) return outcome;
      }
    },
  };
}
