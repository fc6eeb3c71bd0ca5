import { hash } from 'node:crypto';
import type { PreparedText } from './prepare-text.ts';

/**
 * The fingerprint of what a ticket says: 22 characters of SHA-256 in base64url over its prepared text. White space,
 * letter case, invisible characters and quoted mail make no difference. A ticket is analysed again only when it changes.
 */
export function contentSha({ subject, body }: Pick<PreparedText, 'subject' | 'body'>): string {
  const content = `${normalized(subject)}\n${normalized(body)}`;
  return hash('sha256', content, 'buffer').toString('base64url', 0, 16);
}

function normalized(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
