import { createHash } from 'node:crypto';
import { SECRET_SETTINGS, type Settings } from './settings.ts';

/** An address that may itself be a key: whoever knows it may post there. */
const CONFIDENTIAL: ReadonlySet<string> = new Set(['TICKET_WEBHOOK_URL']);

/**
 * What a deployment was made with: each setting that has a value, defaults included, as it would stand in a `.env` file.
 * No credential is in it; of an address that may be one there is a digest, which tells whether it is still the same.
 */
export function settingsInForce(settings: Settings): Record<string, string> {
  const shown = Object.entries(settings).flatMap(([name, value]) => {
    if (value === undefined || SECRET_SETTINGS.has(name)) return [];
    const text = String(value);
    return [[name, CONFIDENTIAL.has(name) ? digestOf(text) : text] as const];
  });
  return Object.fromEntries(shown.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
