import { QueueError } from '#core/errors.ts';
import type { UntakenMessage } from '#core/ratings/queue-rejection.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';
import type { DeadLetter, UploadQueue } from '#core/ratings/rating-ports.ts';
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
type Received = { readonly body: string; readonly receipt: string; readonly receiveCount: number };

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

/** What SQS rejects in a body: what XML has no place for. */
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
  return new MemoryQueue(options);
}

/** The calls of the port are fields, so that a test can replace one of them in a copy. */
class MemoryQueue implements MemoryUploadQueue {
  readonly #options: MemoryQueueOptions;
  #messages: Stored[] = [];
  #dead: Stored[] = [];
  #receipts = 0;
  isDown = false;
  rejects: MemoryUploadQueue['rejects'] = () => undefined;

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
  }

  readonly send = async (sent: readonly UploadMessage[], delayMs = 0): Promise<readonly UntakenMessage[]> => {
    if (this.isDown) return sent;
    const untaken: UntakenMessage[] = [];
    for (const message of sent) {
      const body = formatUploadMessage(message);
      const rejection = NOT_ALLOWED.test(body) ? 'InvalidMessageContents' : this.rejects(message);
      if (rejection === undefined) this.#messages.push(this.#stored(body, delayMs));
      else untaken.push({ ...message, rejection });
    }
    return untaken;
  };

  readonly setVisibility = async (receipt: string, delayMs: number): Promise<void> => {
    this.#mustBeUp();
    const message = this.#messages.find((one) => one.receipt === receipt);
    if (message) message.visibleAt = this.#options.now() + delayMs;
  };

  readonly receiveDead = async (hiddenMs: number): Promise<readonly DeadLetter[]> => {
    this.#mustBeUp();
    return this.#visible(this.#dead)
      .slice(0, 10)
      .map((letter) => this.#hide(letter, hiddenMs))
      .map(({ body, sentAt, receipt }) => ({ message: parseUploadMessage(body), sentAt, receipt }));
  };

  readonly deleteDead = async (letters: readonly DeadLetter[]): Promise<void> => {
    this.#mustBeUp();
    const gone = new Set(letters.map(({ receipt }) => receipt));
    this.#dead = this.#dead.filter(({ receipt }) => !gone.has(receipt));
  };

  readonly receive = (max: number): readonly Received[] => {
    this.#mustBeUp();
    this.#moveSpentToDead();
    return this.#visible(this.#messages)
      .slice(0, max)
      .map((message) => this.#hide(message, this.#options.visibilityMs))
      .map(({ body, receipt, receives }) => ({ body, receipt, receiveCount: receives }));
  };

  readonly delete = (receipt: string): void => {
    this.#messages = this.#messages.filter((message) => message.receipt !== receipt);
  };

  readonly deliverAgain = (): void => {
    for (const message of this.#messages) {
      if (message.receives > 0) message.visibleAt = this.#options.now();
    }
  };

  readonly nextVisibleAt = (): number | undefined => {
    if (this.#messages.length === 0) return undefined;
    return Math.min(...this.#messages.map(({ visibleAt }) => visibleAt));
  };

  readonly size = (): number => this.#messages.length;

  readonly deadSize = (): number => this.#dead.length;

  #mustBeUp(): void {
    if (this.isDown) throw new QueueError('SQS can’t be reached.');
  }

  #stored(body: string, delayMs: number): Stored {
    const sentAt = this.#options.now();
    return { body, sentAt, visibleAt: sentAt + delayMs, receives: 0, receipt: '' };
  }

  #visible(messages: readonly Stored[]): readonly Stored[] {
    return messages.filter(({ visibleAt }) => visibleAt <= this.#options.now());
  }

  /** Receives a message: it has another receipt each time. */
  #hide(message: Stored, ms: number): Stored {
    this.#receipts += 1;
    message.receives += 1;
    message.receipt = `receipt-${this.#receipts}`;
    message.visibleAt = this.#options.now() + ms;
    return message;
  }

  #moveSpentToDead(): void {
    const spent = this.#visible(this.#messages).filter(
      ({ receives }) => receives >= this.#options.maxReceives,
    );
    for (const message of spent) message.visibleAt = this.#options.now();
    this.#dead.push(...spent);
    this.#messages = this.#messages.filter((message) => !spent.includes(message));
  }
}
