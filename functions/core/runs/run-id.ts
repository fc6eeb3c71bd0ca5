import { createHash } from 'node:crypto';
import { encodeTime, isValid, ulid } from 'ulid';
import type { Random } from '#core/time/clock.ts';

/** A new run's id: a ULID, so that ids sort by the time the run was asked for. */
export function newRunId(nowMs: number, random: Random): string {
  return ulid(nowMs, random);
}

/**
 * The id of the run that a schedule asked for. The same job and the same scheduled time give the same id, so
 * that an event delivered twice, or tried again by Lambda, is one run.
 */
export function scheduledRunId(job: string, scheduledAtMs: number): string {
  const digest = createHash('sha256').update(`${job}@${scheduledAtMs}`).digest();
  let random = '';
  for (const byte of digest.subarray(0, 16)) random += CROCKFORD[byte % 32];
  return encodeTime(scheduledAtMs, 10) + random;
}

/** The smallest id that a run of this time (ms since 1970) can have. */
export function firstRunId(ms: number): string {
  return encodeTime(ms, 10) + '0'.repeat(16);
}

/** True for what could be a run's id. */
export function isRunId(text: string): boolean {
  return isValid(text);
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
