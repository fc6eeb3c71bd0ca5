/** What the marketplace has seen: the counts that tests and benchmarks are judged by. */
import { createMinuteWindow } from './faults/limits.ts';
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

/** The counting side, for the server. */
export type Recorder = {
  readonly stats: Stats;
  begin(call: Call): Ticket;
};

/** Makes counters at zero. */
export function createRecorder(now: () => number): Recorder {
  let totals = emptyTotals();
  let inFlight = 0;
  let uploads = 0;

  const stats: Stats = {
    get requests() {
      return totals.requests;
    },
    get byRoute() {
      return totals.byRoute;
    },
    get byPage() {
      return totals.byPage;
    },
    get byStatus() {
      return totals.byStatus;
    },
    get inFlight() {
      return inFlight;
    },
    get maxConcurrent() {
      return totals.maxConcurrent;
    },
    get maxConcurrentUploads() {
      return totals.maxConcurrentUploads;
    },
    get maxPerMinute() {
      return totals.maxPerMinute;
    },
    get rateLimited() {
      return totals.byStatus.get(429) ?? 0;
    },
    get log() {
      return totals.log;
    },
    reset: () => {
      totals = emptyTotals();
    },
  };

  const begin = (call: Call): Ticket => {
    const at = now();
    const { method, path, route, page } = call;
    const isUpload = route === 'add_rating' || route === 'update_rating';
    const entry: LogEntry = { at, method, path, route, page, status: 0 };
    inFlight += 1;
    if (isUpload) uploads += 1;
    count(totals, entry, { inFlight, uploads });
    let ended = false;
    const end = (status: number) => {
      if (ended) return;
      ended = true;
      inFlight -= 1;
      if (isUpload) uploads -= 1;
      entry.status = status;
      if (status !== 0) totals.byStatus.set(status, (totals.byStatus.get(status) ?? 0) + 1);
    };
    return { entry, end };
  };

  return { stats, begin };
}

function emptyTotals() {
  return {
    requests: 0,
    byRoute: {} as Partial<Record<RouteName, number>>,
    byPage: new Map<number, number>(),
    byStatus: new Map<number, number>(),
    maxConcurrent: 0,
    maxConcurrentUploads: 0,
    maxPerMinute: 0,
    arrivals: createMinuteWindow(),
    log: [] as LogEntry[],
  };
}

function count(
  totals: ReturnType<typeof emptyTotals>,
  entry: LogEntry,
  open: { inFlight: number; uploads: number },
): void {
  totals.requests += 1;
  totals.byRoute[entry.route] = (totals.byRoute[entry.route] ?? 0) + 1;
  if (entry.page !== undefined) totals.byPage.set(entry.page, (totals.byPage.get(entry.page) ?? 0) + 1);
  totals.maxConcurrent = Math.max(totals.maxConcurrent, open.inFlight);
  totals.maxConcurrentUploads = Math.max(totals.maxConcurrentUploads, open.uploads);
  totals.arrivals.add(entry.at);
  totals.maxPerMinute = Math.max(totals.maxPerMinute, totals.arrivals.count(entry.at));
  if (totals.log.length >= 2 * LOG_LIMIT) totals.log.splice(0, LOG_LIMIT);
  totals.log.push(entry);
}
