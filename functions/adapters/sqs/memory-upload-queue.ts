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
  /** Why a message is refused although its body is in order; undefined: it is not. */
  rejects: (message: UploadMessage) => string | undefined;
};

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
  const { now, maxReceives, visibilityMs } = options;
  let messages: Stored[] = [];
  let dead: Stored[] = [];
  let receipts = 0;

  const mustBeUp = () => {
    if (queue.isDown) throw new QueueError('SQS can’t be reached.');
  };
  const hide = (message: Stored, ms: number): Stored => {
    receipts += 1;
    message.receives += 1;
    message.receipt = `receipt-${receipts}`;
    message.visibleAt = now() + ms;
    return message;
  };
  const visible = (from: readonly Stored[]) => from.filter(({ visibleAt }) => visibleAt <= now());

  const queue: MemoryUploadQueue = {
    isDown: false,
    rejects: () => undefined,
    async send(sent: readonly UploadMessage[], delayMs = 0) {
      if (queue.isDown) return sent;
      const untaken: UntakenMessage[] = [];
      for (const message of sent) {
        const body = formatUploadMessage(message);
        const rejection = NOT_ALLOWED.test(body) ? 'InvalidMessageContents' : queue.rejects(message);
        if (rejection !== undefined) untaken.push({ ...message, rejection });
        else messages.push({ body, sentAt: now(), visibleAt: now() + delayMs, receives: 0, receipt: '' });
      }
      return untaken;
    },
    async setVisibility(receipt, delayMs) {
      mustBeUp();
      const message = messages.find((one) => one.receipt === receipt);
      if (message) message.visibleAt = now() + delayMs;
    },
    async receiveDead(hiddenMs) {
      mustBeUp();
      return visible(dead)
        .slice(0, 10)
        .map((letter) => hide(letter, hiddenMs))
        .map(({ body, sentAt, receipt }) => ({ message: parseUploadMessage(body), sentAt, receipt }));
    },
    async deleteDead(letters) {
      mustBeUp();
      const gone = new Set(letters.map(({ receipt }) => receipt));
      dead = dead.filter(({ receipt }) => !gone.has(receipt));
    },
    receive(max) {
      mustBeUp();
      const spent = visible(messages).filter(({ receives }) => receives >= maxReceives);
      for (const message of spent) message.visibleAt = now();
      dead.push(...spent);
      messages = messages.filter((message) => !spent.includes(message));
      return visible(messages)
        .slice(0, max)
        .map((message) => hide(message, visibilityMs))
        .map(({ body, receipt, receives }) => ({ body, receipt, receiveCount: receives }));
    },
    delete(receipt) {
      messages = messages.filter((message) => message.receipt !== receipt);
    },
    deliverAgain() {
      for (const message of messages) if (message.receives > 0) message.visibleAt = now();
    },
    nextVisibleAt: () =>
      messages.length === 0 ? undefined : Math.min(...messages.map(({ visibleAt }) => visibleAt)),
    size: () => messages.length,
    deadSize: () => dead.length,
  };
  return queue;
}
