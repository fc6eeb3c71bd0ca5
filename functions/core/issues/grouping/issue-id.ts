import { hash } from 'node:crypto';
import { encodeTime, TIME_MAX } from 'ulid';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const HASH_CHARS = 16;

/** What an issue begins with: the oldest of its tickets. `createdAt` in milliseconds since 1970. */
export type Founder = { readonly id: string; readonly createdAt: number };

/** What makes ids of issues differ. */
export type IssueIdOptions = {
  readonly subdomain: string;
  /** What else the id depends on, so that a ticket can found a second issue under another id. */
  readonly salt?: string;
  readonly isTaken: (id: string) => boolean;
};

/**
 * The id of the issue that a ticket founds: a ULID of the ticket's time and a hash. The same ticket, account and salt
 * give the same id, or, where that is taken, the same next one.
 */
export function issueIdOf(
  { id, createdAt }: Founder,
  { subdomain, salt = '', isTaken }: IssueIdOptions,
): string {
  const time = encodeTime(Math.min(Math.max(0, Math.floor(createdAt)), TIME_MAX), TIME_CHARS);
  for (let attempt = 0; ; attempt += 1) {
    const issue = time + hashOf(JSON.stringify([subdomain, id, salt, attempt]));
    if (!isTaken(issue)) return issue;
  }
}

function hashOf(text: string): string {
  const digest = hash('sha256', text, 'buffer').subarray(0, HASH_CHARS);
  return Array.from(digest, (byte) => CROCKFORD[byte % CROCKFORD.length]).join('');
}
