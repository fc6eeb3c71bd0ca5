import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest } from '#core/issues/trends/digest.ts';
import { createRandom } from '#local/random.ts';
import { loadTicketFile } from '#local/zendesk/files/ticket-file.ts';
import { DAY, HOUR, MINUTE, PipelineWorld } from './pipeline-world.ts';

const FILE = resolve(
  import.meta.dirname,
  '../../../../shared/data/tickets/sumo-2025-09_11-whatsapp-incident.jsonl.gz',
);
const isThere = existsSync(FILE);
if (!isThere) console.warn(`There is no ${FILE}: the tests of the real incident do not run.`);

/** The day of the incident, and the last day of the file, by which it is not shifted. */
const MIDNIGHT = Date.parse('2025-11-11T00:00:00Z');
const LAST_DAY = Date.parse('2025-11-30T12:00:00Z');
const MICRO = 1_000_000;
const LIMITS = { perDay: 50 * MICRO, perMonth: 50 * MICRO, perRun: 50 * MICRO };

/** The tickets of the window, from the night before the incident to the one after it; a sync after each of the hours. */
async function livedThrough(hours: readonly number[], hasKey: boolean) {
  const random = createRandom(1);
  const world = new PipelineWorld({
    ...{ startAt: MIDNIGHT + 2 * MINUTE, hasKey, backfillDays: 90, random: () => random.next() },
    settings: { batchSize: 10_000, directMax: 200, limits: LIMITS },
    zendesk: { tickets: loadTicketFile(FILE, LAST_DAY), settings: { accountPerMinute: 'off' } },
  });
  const run = async (at: number, task: 'sync' | 'pipeline') => {
    await world.clock.sleep(Math.max(0, at - world.clock.now()));
    await world.invoke({ by: 'ticket-sync', event: { trigger: 'schedule', task } });
    await world.drain();
  };
  await world.pass(run(MIDNIGHT, 'pipeline'));
  for (const hour of hours) await world.pass(run(MIDNIGHT + hour * HOUR + 2 * MINUTE, 'sync'));
  const { records } = world.stores;
  const duringTheDay = await records.recentIncidents(world.clock.now());
  await world.pass(run(MIDNIGHT + DAY + 2 * HOUR, 'pipeline'));
  const digest = await records.digest('2025-11-11');
  if (!digest) throw new Error('The day has no digest.');
  return { world, duringTheDay, digest };
}

function issueOfEach(world: PipelineWorld): Promise<ReadonlyMap<string, string | null>> {
  const { generations } = world.stores;
  return generations.current().then(async (generation) => {
    if (!generation) return new Map();
    const days = await generations.readDays(generation, generation.days.keys());
    return new Map(
      [...days.values()].flatMap(({ tickets }) => tickets.map(({ id, issueId }) => [id, issueId])),
    );
  });
}

function ofWhatsApp<T extends { readonly title: string }>(incidents: readonly T[]): readonly T[] {
  return incidents.filter(({ title }) => /whats|watsap|wa web/i.test(title));
}

function firstOf({ incidents }: Digest): Digest['incidents'][number] {
  const [first] = incidents;
  if (!first) throw new Error('The digest names no incident.');
  return first;
}

describe.runIf(isThere)('The incident of 2025-11-11, in the whole pipeline', () => {
  it('is open at 07:00, one and first in the digest of its day, without a key of Claude’s', {
    timeout: 600_000,
  }, async () => {
    const { world, duringTheDay, digest } = await livedThrough([7, 9, 12], false);
    expect(ofWhatsApp(duringTheDay)).toMatchObject([{ openedAt: MIDNIGHT + 7 * HOUR, closedAt: null }]);
    expect(ofWhatsApp(digest.incidents)).toHaveLength(1);
    expect(firstOf(digest).id).toBe(ofWhatsApp(duringTheDay)[0]?.id);
    expect(firstOf(digest).requesters).toBeGreaterThan(80);
    expect(digest.rising[0]?.title).toMatch(/whats/i);
    const grouped = await issueOfEach(world);
    const entries = [...world.stored().values()].filter(({ entry }) => entry?.kind === 'live');
    expect(grouped.size).toBe(entries.length);
    const opened = world.events.filter(({ type }) => type === 'incident.opened');
    expect(opened.map(({ data }) => data.incident_id)).toContain(ofWhatsApp(duringTheDay)[0]?.id);
  });

  it('has examples in several languages with Claude, and the same ids each time', {
    timeout: 600_000,
  }, async () => {
    const { world, duringTheDay, digest } = await livedThrough([7, 12], true);
    expect(ofWhatsApp(duringTheDay)).toMatchObject([{ openedAt: MIDNIGHT + 7 * HOUR }]);
    const { examples, id } = firstOf(digest);
    expect(id).toBe(ofWhatsApp(duringTheDay)[0]?.id);
    const languages = new Set(examples.map(({ language }) => language));
    expect(languages.size).toBeGreaterThanOrEqual(3);

    const again = await livedThrough([7, 12], true);
    expect(again.digest.incidents.map((one) => one.id)).toEqual(digest.incidents.map((one) => one.id));
    expect(await issueOfEach(again.world)).toEqual(await issueOfEach(world));
  });
});
