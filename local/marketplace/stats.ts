/** What the marketplace has seen: the counts that tests and benchmarks are judged by. */
import { createMinuteWindow } from '#local/http/minute-window.ts';
import type { Call, RouteName } from './http/routes.ts';

const LOG_LIMIT = 50_000;

/** One request. `status` is 0 while it has no answer, and stays so when it never gets one. */
export type LogEntry = {
  /** Time of arrival by the server's clock, epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly route: RouteName;
  readonly page: number | undefined;
  status: number;
  /** The kind of the fault that spoilt the answer. */
  fault?: string;
};

/** The counts since the start or the last `reset()`. Requests to the control endpoint never count. */
export type Stats = {
  readonly requests: number;
  readonly byRoute: Readonly<Partial<Record<RouteName, number>>>;
  /** How often each page of the skill listing was asked for, by page number. */
  readonly byPage: ReadonlyMap<number, number>;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Requests that have no answer yet. */
  readonly inFlight: number;
  /** Most requests that were ever open at once. */
  readonly maxConcurrent: number;
  /** The same, for `POST` and `PUT` of ratings alone. */
  readonly maxConcurrentUploads: number;
  /** Most requests that arrived within any 60 s of the server's clock. */
  readonly maxPerMinute: number;
  /** 429s sent, whether by the limits or by a fault. */
  readonly rateLimited: number;
  /** The last 50,000 requests at least. */
  readonly log: readonly LogEntry[];
  reset(): void;
};

/** One request on its way. */
export type Ticket = {
  readonly entry: LogEntry;
  /** To be called when the answer is about to leave, or is lost; later calls do nothing. */
  end(status: number): void;
};

/** Counts that `reset()` begins anew. */
type Counts = {
  requests: number;
  byRoute: Partial<Record<RouteName, number>>;
  byPage: Map<number, number>;
  byStatus: Map<number, number>;
  maxConcurrent: number;
  maxConcurrentUploads: number;
  maxPerMinute: number;
  rateLimited: number;
  log: LogEntry[];
};

/** Counts the requests of a server, from zero. */
export class Recorder {
  readonly #now: () => number;
  readonly #counts: Counts & { inFlight: number; readonly reset: () => void };
  #arrivals = createMinuteWindow();
  #uploads = 0;

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    this.#counts = { ...zero(), inFlight: 0, reset: () => this.#reset() };
  }

  /** The counts; the same object for ever, so that whoever holds it sees them move. */
  get stats(): Stats {
    return this.#counts;
  }

  /** Counts a request that has arrived. */
  begin({ method, path, route, page }: Call): Ticket {
    const entry: LogEntry = { at: this.#now(), method, path, route, page, status: 0 };
    const uploads = route === 'add_rating' || route === 'update_rating' ? 1 : 0;
    this.#counts.inFlight += 1;
    this.#uploads += uploads;
    this.#count(entry);
    let ended = false;
    const end = (status: number) => {
      if (ended) return;
      ended = true;
      this.#counts.inFlight -= 1;
      this.#uploads -= uploads;
      entry.status = status;
      this.#countAnswer(status);
    };
    return { entry, end };
  }

  #count(entry: LogEntry): void {
    const counts = this.#counts;
    counts.requests += 1;
    counts.byRoute[entry.route] = (counts.byRoute[entry.route] ?? 0) + 1;
    if (entry.page !== undefined) increment(counts.byPage, entry.page);
    counts.maxConcurrent = Math.max(counts.maxConcurrent, counts.inFlight);
    counts.maxConcurrentUploads = Math.max(counts.maxConcurrentUploads, this.#uploads);
    this.#arrivals.add(entry.at);
    counts.maxPerMinute = Math.max(counts.maxPerMinute, this.#arrivals.count(entry.at));
    if (counts.log.length >= 2 * LOG_LIMIT) counts.log.splice(0, LOG_LIMIT);
    counts.log.push(entry);
  }

  #countAnswer(status: number): void {
    if (status !== 0) increment(this.#counts.byStatus, status);
    if (status === 429) this.#counts.rateLimited += 1;
  }

  /** Requests that are open stay counted as such. */
  #reset(): void {
    Object.assign(this.#counts, zero());
    this.#arrivals = createMinuteWindow();
  }
}

function zero(): Counts {
  return {
    requests: 0,
    byRoute: {},
    byPage: new Map(),
    byStatus: new Map(),
    maxConcurrent: 0,
    maxConcurrentUploads: 0,
    maxPerMinute: 0,
    rateLimited: 0,
    log: [],
  };
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
