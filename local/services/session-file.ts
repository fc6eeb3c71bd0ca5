import { rmSync } from 'node:fs';
import type { LevelTokens } from '#local/api/token-issuer.ts';
import { writePrivateJson } from './private-file.ts';

/** What `<DATA_DIR>/session.json` tells about the running system. */
export type Session = {
  /** Base URL of the API. */
  api: string;
  tokens: LevelTokens;
  /** Base URL of the marketplace. */
  marketplace: string;
  endpoints: { dynamodb: string; sqs: string; secretsmanager: string; lambda: string; scheduler: string };
  /** What the AWS stand-ins want their requests signed with; a new one at each start. */
  access_key_id: string;
  secret_access_key: string;
  /** ARN of the secret that holds the marketplace's token. */
  secret: string;
  /** Name of the table. */
  table: string;
  /** URLs of the queues. */
  queues: { uploads: string; dead_letters: string };
};

/** Writes the session (mode 0600: it holds tokens); the answer removes it, so that a stale one misleads nobody. */
export function writeSession(path: string, session: Session): () => void {
  writePrivateJson(path, session);
  return () => rmSync(path, { force: true });
}
