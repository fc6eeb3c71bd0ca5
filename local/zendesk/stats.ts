/** What the simulator has seen: the counts that tests are checked by. */
import { type Call, isIncremental, type RouteName } from './http/calls.ts';

const LOG_LIMIT = 100_000;
const MINUTE_MS = 60_000;

/** One request. `status` is 0 while it has no answer, and stays so when it never gets one. */
export type LogEntry = {
  /** Time of arrival by the simulator's clock, epoch milliseconds. */
  readonly at: number;
  readonly subdomain: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly route: RouteName;
  status: number;
  /** The kind of the fault that decided how it ended. */
  fault?: string;
};

/** The counts since the start or the last `reset()`. Requests to the control endpoint never count. */
export type Stats = {
  readonly requests: number;
  readonly byRoute: Readonly<Partial<Record<RouteName, number>>>;
  readonly byStatus: Readonly<Record<number, number>>;
  /** Requests, the last 100,000 at least. */
  readonly log: readonly LogEntry[];
  /** Addresses of other servers that the in-memory `fetch` was asked for, each refused. */
  readonly strays: readonly string[];
  /** When the calls of a route came, epoch milliseconds. */
  times(route: RouteName): number[];
  /** Most calls within any minute: of a route, of the incremental exports together, or of all. */
  maxPerMinute(of?: RouteName | 'incremental'): number;
  reset(): void;
};

/** Counts requests, from zero. */
export class Recorder implements Stats {
  readonly #now: () => number;
  #log: LogEntry[] = [];
  #strays: string[] = [];
  #requests = 0;
  #byRoute: Partial<Record<RouteName, number>> = {};
  #byStatus: Record<number, number> = {};

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  get requests(): number {
    return this.#requests;
  }

  get byRoute(): Partial<Record<RouteName, number>> {
    return this.#byRoute;
  }

  get byStatus(): Record<number, number> {
    return this.#byStatus;
  }

  get log(): readonly LogEntry[] {
    return this.#log;
  }

  get strays(): readonly string[] {
    return this.#strays;
  }

  /** Counts a request that has arrived; its status is to be told to `end`. */
  begin({ method, path, query, route, subdomain }: Call): LogEntry {
    const entry: LogEntry = {
      at: this.#now(),
      subdomain,
      method,
      path,
      query: query.toString(),
      route,
      status: 0,
    };
    this.#requests += 1;
    this.#byRoute[route] = (this.#byRoute[route] ?? 0) + 1;
    if (this.#log.length >= 2 * LOG_LIMIT) this.#log.splice(0, LOG_LIMIT);
    this.#log.push(entry);
    return entry;
  }

  /** Counts the answer to a request; to be called before it leaves. */
  end(entry: LogEntry, status: number): void {
    entry.status = status;
    this.#byStatus[status] = (this.#byStatus[status] ?? 0) + 1;
  }

  /** Counts a call to another server. */
  stray(url: string): void {
    this.#strays.push(url);
  }

  times(route: RouteName): number[] {
    return this.#log.filter((entry) => entry.route === route).map(({ at }) => at);
  }

  maxPerMinute(of?: RouteName | 'incremental'): number {
    const isMeant = ({ route }: LogEntry) =>
      of === undefined || (of === 'incremental' ? isIncremental(route) : route === of);
    const times = this.#log.filter(isMeant).map(({ at }) => at);
    let first = 0;
    return times.reduce((most, at, index) => {
      while ((times[first] ?? at) <= at - MINUTE_MS) first += 1;
      return Math.max(most, index - first + 1);
    }, 0);
  }

  reset(): void {
    this.#log = [];
    this.#strays = [];
    this.#requests = 0;
    this.#byRoute = {};
    this.#byStatus = {};
  }
}
