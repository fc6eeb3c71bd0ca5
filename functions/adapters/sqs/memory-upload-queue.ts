import { QueueError } from '#core/errors.ts';
import type { UntakenMessage } from '#core/ratings/queue-rejection.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';
import type { UploadQueue } from '#core/ratings/rating-ports.ts';
import { formatUploadMessage, parseUploadMessage } from '#core/ratings/upload-message.ts';
import type { Now } from '#core/time/clock.ts';

export type MemoryQueueOptions = {
  readonly now: Now;
  /** So many receives until a message goes to the dead letters. */
  readonly maxReceives: number;
  /** How long a received message is hidden from others. Milliseconds. */
  readonly visibilityMs: number;
};

/** A message as its receiver sees it. */
export type Received = { readonly body: string; readonly receipt: string; readonly receiveCount: number };

/** The queue with its other end, and what a test may do to it. */
export type MemoryUploadQueue = UploadQueue & {
  receive(max: number): readonly Received[];
  /** Deletes a received message; one that was received again since stays. */
  delete(receipt: string): void;
  /** Makes a hidden message visible although somebody works on it: SQS delivers at least once. */
  deliverAgain(): void;
  /** When the next message is visible; undefined when there is none. */
  nextVisibleAt(): number | undefined;
  size(): number;
  deadSize(): number;
  /** While true, every call fails. */
  isDown: boolean;
  /** Why a message is rejected although its body is in order; undefined: it is not. */
  rejects: (message: UploadMessage) => string | undefined;
};

/** SQS gives no more messages in one call. */
const MAX_RECEIVED = 10;
/** What SQS refuses in a body: what XML has no place for. */
const NOT_ALLOWED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

type Stored = {
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
  receipt: string;
};

/** The in-memory fake of `createUploadQueue`, with what SQS itself does: visibility, receive counts, dead letters. */
export function createMemoryUploadQueue(options: MemoryQueueOptions): MemoryUploadQueue {
  const messages = new Messages(options);
  const whenUp = () => {
    if (queue.isDown) throw new QueueError('SQS can’t be reached.');
    return messages;
  };
  const queue: MemoryUploadQueue = {
    isDown: false,
    rejects: () => undefined,
    send: async (sent, delayMs = 0) => {
      if (queue.isDown) return sent;
      return sent.flatMap((message) => messages.add(message, delayMs, queue.rejects) ?? []);
    },
    setVisibility: async (receipt, delayMs) => whenUp().showIn(receipt, delayMs),
    receiveDead: async (hiddenMs) =>
      whenUp()
        .receiveDead(hiddenMs)
        .map(({ body, sentAt, receipt }) => ({ message: parseUploadMessage(body), sentAt, receipt })),
    deleteDead: async (letters) => whenUp().deleteDead(new Set(letters.map(({ receipt }) => receipt))),
    receive: (max) =>
      whenUp()
        .receive(max)
        .map(({ body, receipt, receives }) => ({ body, receipt, receiveCount: receives })),
    delete: (receipt) => messages.delete(receipt),
    deliverAgain: () => messages.showReceived(),
    nextVisibleAt: () => messages.nextVisibleAt(),
    size: () => messages.size(),
    deadSize: () => messages.deadSize(),
  };
  return queue;
}

/** The messages of the queue and its dead letters. */
class Messages {
  readonly #options: MemoryQueueOptions;
  #waiting: Stored[] = [];
  #dead: Stored[] = [];
  #receipts = 0;

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
  }

  /** @returns the message with the reason where it is not taken */
  add(
    message: UploadMessage,
    delayMs: number,
    rejects: MemoryUploadQueue['rejects'],
  ): UntakenMessage | undefined {
    const body = formatUploadMessage(message);
    const rejection = NOT_ALLOWED.test(body) ? 'InvalidMessageContents' : rejects(message);
    if (rejection !== undefined) return { ...message, rejection };
    const sentAt = this.#options.now();
    this.#waiting.push({ body, sentAt, visibleAt: sentAt + delayMs, receives: 0, receipt: '' });
    return undefined;
  }

  showIn(receipt: string, delayMs: number): void {
    const message = this.#waiting.find((one) => one.receipt === receipt);
    if (message) message.visibleAt = this.#options.now() + delayMs;
  }

  /** Receives what is visible. A message that has been received too often becomes a dead letter instead. */
  receive(max: number): Stored[] {
    const { now, maxReceives, visibilityMs } = this.#options;
    const spent = this.#visible(this.#waiting).filter(({ receives }) => receives >= maxReceives);
    for (const message of spent) message.visibleAt = now();
    this.#dead.push(...spent);
    this.#waiting = this.#waiting.filter((message) => !spent.includes(message));
    return this.#visible(this.#waiting)
      .slice(0, max)
      .map((message) => this.#hide(message, visibilityMs));
  }

  receiveDead(hiddenMs: number): Stored[] {
    return this.#visible(this.#dead)
      .slice(0, MAX_RECEIVED)
      .map((letter) => this.#hide(letter, hiddenMs));
  }

  delete(receipt: string): void {
    this.#waiting = this.#waiting.filter((message) => message.receipt !== receipt);
  }

  deleteDead(receipts: ReadonlySet<string>): void {
    this.#dead = this.#dead.filter(({ receipt }) => !receipts.has(receipt));
  }

  showReceived(): void {
    for (const message of this.#waiting) if (message.receives > 0) message.visibleAt = this.#options.now();
  }

  nextVisibleAt(): number | undefined {
    const times = this.#waiting.map(({ visibleAt }) => visibleAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  size(): number {
    return this.#waiting.length;
  }

  deadSize(): number {
    return this.#dead.length;
  }

  #visible(from: readonly Stored[]): Stored[] {
    return from.filter(({ visibleAt }) => visibleAt <= this.#options.now());
  }

  #hide(message: Stored, ms: number): Stored {
    this.#receipts += 1;
    message.receives += 1;
    message.receipt = `receipt-${this.#receipts}`;
    message.visibleAt = this.#options.now() + ms;
    return message;
  }
}
