/** What was asked of the simulator, and what was paid for it. */
import { hash } from 'node:crypto';
import type { RouteName } from './http/routes.ts';
import type { ClaudeState, Payment } from './state/state.ts';

/** Sums of one way to send messages. */
export type Spending = {
  messages: number;
  inputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
};

/** How often one user's message was paid, and how often it came to its end. */
export type TimesPaid = { paid: number; completed: number };

/** Counts since the start; what was paid since the state began. */
export type Stats = {
  readonly requests: number;
  readonly byRoute: Readonly<Partial<Record<RouteName, number>>>;
  /** By status; 0 = the answer was lost. */
  readonly byStatus: Readonly<Record<number, number>>;
  /** By e.g. `messages 529`. */
  readonly byRouteAndStatus: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly direct: Readonly<Spending>;
  readonly batch: Readonly<Spending>;
  /** Direct and batch together. */
  readonly costUsd: number;
  /** By the SHA-256 (hex) of the user's message. */
  readonly paid: ReadonlyMap<string, Readonly<TimesPaid>>;
  /** The last request bodies, the newest last. */
  readonly bodies: readonly string[];
  /** How often a user's message, exactly this text, was paid. */
  timesPaid(userMessage: string): Readonly<TimesPaid>;
  /** Hashes of messages that came to their end, and were paid, more than once. */
  paidTwice(): string[];
  /** Forgets all counts, also of what was paid. */
  reset(): void;
};

/** SHA-256 of a user's message, hex. */
export function messageHash(userMessage: string): string {
  return hash('sha256', userMessage, 'hex');
}

/** A batch's body may have 256 MB. */
const MAX_KEPT_LENGTH = 64 * 1024 * 1024;
const NOTHING: Spending = { messages: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0 };

/** Counts for the simulator; tests and the control endpoint see it as {@link Stats}. */
export class Recorder implements Stats {
  readonly #state: ClaudeState;
  readonly #keptBodies: number;
  readonly #keys = new Set<string>();
  #keptLength = 0;
  requests = 0;
  inFlight = 0;
  maxInFlight = 0;
  byRoute: Partial<Record<RouteName, number>> = {};
  byStatus: Record<number, number> = {};
  byRouteAndStatus: Record<string, number> = {};
  direct: Spending = { ...NOTHING };
  batch: Spending = { ...NOTHING };
  paid = new Map<string, TimesPaid>();
  bodies: string[] = [];

  /** @param keptBodies how many request bodies are kept */
  constructor(state: ClaudeState, keptBodies: number) {
    this.#state = state;
    this.#keptBodies = keptBodies;
    for (const payment of state.payments()) this.#count(payment);
  }

  /** Counts a request that has arrived; to be ended with the status of its answer. */
  begin(route: RouteName, body: string): (status: number) => void {
    this.requests += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    this.byRoute[route] = (this.byRoute[route] ?? 0) + 1;
    if (body !== '' && this.#keptBodies > 0) this.#keep(body);
    let ended = false;
    return (status) => {
      if (ended) return;
      ended = true;
      this.inFlight -= 1;
      increment(this.byStatus, status);
      increment(this.byRouteAndStatus, `${route} ${status}`);
    };
  }

  /** Notes what was paid, before anybody is told of it. */
  pay(payment: Payment): void {
    if (this.#keys.has(payment.key)) return;
    this.#state.addPayment(payment);
    this.#count(payment);
  }

  get costUsd(): number {
    return (this.direct.costMicroUsd + this.batch.costMicroUsd) / 1_000_000;
  }

  timesPaid(userMessage: string): Readonly<TimesPaid> {
    return this.paid.get(messageHash(userMessage)) ?? { paid: 0, completed: 0 };
  }

  paidTwice(): string[] {
    return [...this.paid].flatMap(([key, { completed }]) => (completed > 1 ? [key] : []));
  }

  reset(): void {
    this.requests = 0;
    this.maxInFlight = this.inFlight;
    this.byRoute = {};
    this.byStatus = {};
    this.byRouteAndStatus = {};
    this.direct = { ...NOTHING };
    this.batch = { ...NOTHING };
    this.paid = new Map();
    this.bodies = [];
    this.#keptLength = 0;
  }

  #keep(body: string): void {
    this.bodies.push(body);
    this.#keptLength += body.length;
    while (this.bodies.length > 1 && this.#keepsTooMuch())
      this.#keptLength -= this.bodies.shift()?.length ?? 0;
  }

  #keepsTooMuch(): boolean {
    return this.bodies.length > this.#keptBodies || this.#keptLength > MAX_KEPT_LENGTH;
  }

  #count({ key, tier, items }: Payment): void {
    this.#keys.add(key);
    const sums = tier === 'batch' ? this.batch : this.direct;
    for (const item of items) {
      sums.messages += 1;
      sums.inputTokens += item.inputTokens;
      sums.outputTokens += item.outputTokens;
      sums.costMicroUsd += item.costMicroUsd;
      const times = this.paid.get(item.hash) ?? { paid: 0, completed: 0 };
      times.paid += 1;
      if (item.completed) times.completed += 1;
      this.paid.set(item.hash, times);
    }
  }
}

function increment<Key extends string | number>(counts: Record<Key, number>, key: Key): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
