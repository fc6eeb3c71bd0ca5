import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Prepares the database of fauxqs 2.4.1 so that a message can become visible again.
 *
 * When a message's visibility ends, fauxqs writes NULL as its receive count, which its own schema forbids: the message
 * is then lost in memory, the call fails, and no redrive ever happens. So the table is made here first, without that
 * constraint, and a trigger keeps the count, which the redrive policy needs after a restart too.
 */
export function prepareSqsDatabase(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'fauxqs.db'));
  try {
    database.exec(MESSAGES_TABLE);
  } finally {
    database.close();
  }
}

type Queue = {
  readonly persistence?: { transaction(work: () => void): void };
  dequeue(...options: unknown[]): unknown[];
};

/**
 * Makes what one receive changes one transaction of the database, in this whole thread.
 *
 * A message that was received too often is deleted from its queue and then written to the dead letters: a kill in
 * between would lose it. Ten messages received together also cost one commit in place of ten.
 */
export async function receiveInOneTransaction(): Promise<void> {
  // Not one of the package's exports, but the same module that fauxqs itself has loaded.
  const module = new URL('sqs/sqsStore.js', import.meta.resolve('fauxqs'));
  const { SqsQueue } = (await import(module.href)) as { SqsQueue: { prototype: Queue } };
  const { dequeue } = SqsQueue.prototype;
  SqsQueue.prototype.dequeue = function (this: Queue, ...options: unknown[]): unknown[] {
    let received: unknown[] = [];
    const receive = () => {
      received = dequeue.apply(this, options);
    };
    if (this.persistence === undefined) receive();
    else this.persistence.transaction(receive);
    return received;
  };
}

const MESSAGES_TABLE = `
CREATE TABLE IF NOT EXISTS sqs_messages (
  message_id TEXT PRIMARY KEY,
  queue_name TEXT NOT NULL REFERENCES sqs_queues(name) ON DELETE CASCADE,
  body TEXT NOT NULL,
  md5_of_body TEXT NOT NULL,
  message_attributes TEXT NOT NULL,
  md5_of_message_attributes TEXT NOT NULL,
  sent_timestamp INTEGER NOT NULL,
  approximate_receive_count INTEGER DEFAULT 0,
  approximate_first_receive_timestamp INTEGER,
  delay_until INTEGER,
  message_group_id TEXT,
  message_deduplication_id TEXT,
  sequence_number TEXT,
  receipt_handle TEXT,
  visibility_deadline INTEGER
);
CREATE TRIGGER IF NOT EXISTS keep_receive_count
AFTER UPDATE OF approximate_receive_count ON sqs_messages
WHEN NEW.approximate_receive_count IS NULL
BEGIN
  UPDATE sqs_messages
  SET approximate_receive_count = OLD.approximate_receive_count,
      approximate_first_receive_timestamp = OLD.approximate_first_receive_timestamp
  WHERE message_id = NEW.message_id;
END;
`;
