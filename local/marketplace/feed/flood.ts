/** Floods of the feed: many real changes, as quick as possible or at a rate. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalog } from '#local/marketplace/catalog/catalog.ts';
import { editSkill } from '#local/marketplace/catalog/edit-skill.ts';
import type { FeedControls } from './feed.ts';

const BATCH = 100;
const TICK_MS = 5;
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** What to flood with. */
export type FloodOptions = {
  /** How many frames. */
  readonly frames: number;
  /** Frames a second; left out = as quick as the clients take them. */
  readonly perSecond?: number;
  /** How many skills the changes go round over, from the first of the listing. Default 500. */
  readonly skills?: number;
};

/** What a flood came to. */
export type FloodResult = {
  readonly frames: number;
  /** Real milliseconds until the last frame was handed to the sockets. */
  readonly elapsedMs: number;
};

/**
 * Edits skills one after the other; every edit is a `skill_update` frame and is in the catalogue, so
 * that what a client stored can be compared at the end. Waits while a client is 16 MB behind.
 */
export async function flood(
  parts: { catalog: Catalog; feed: FeedControls },
  options: FloodOptions,
): Promise<FloodResult> {
  const { frames, perSecond, skills = 500 } = options;
  const ids = parts.catalog.ids().slice(0, skills);
  if (ids.length === 0) return { frames: 0, elapsedMs: 0 };
  const startedMs = performance.now();
  let sent = 0;
  while (sent < frames) {
    const elapsedMs = performance.now() - startedMs;
    const due = perSecond === undefined ? sent + BATCH : Math.floor((elapsedMs * perSecond) / 1000) + 1;
    for (; sent < Math.min(due, frames, sent + BATCH); sent += 1) {
      editSkill(parts.catalog, ids[sent % ids.length] ?? '');
    }
    const isAhead = perSecond !== undefined && sent >= due;
    await sleep(isAhead || parts.feed.bufferedBytes() > MAX_BUFFERED_BYTES ? TICK_MS : 0, undefined, {
      ref: false,
    });
  }
  return { frames: sent, elapsedMs: performance.now() - startedMs };
}
