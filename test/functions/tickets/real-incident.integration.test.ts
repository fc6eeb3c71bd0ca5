import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTicketFile } from '#local/zendesk/files/ticket-file.ts';
import { DAY, HOUR, MINUTE, PipelineWorld } from './pipeline-world.ts';

const FILE = resolve(
  import.meta.dirname,
  '../../../../shared/data/tickets/sumo-2025-09_11-whatsapp-incident.jsonl.gz',
);
const isThere = existsSync(FILE);
if (!isThere) console.warn(`There is no ${FILE}: the test of the real incident does not run.`);

/** The day of the incident, and the last day of the file, which shifts nothing. */
const MIDNIGHT = Date.parse('2025-11-11T00:00:00Z');
const LAST_DAY = Date.parse('2025-11-30T12:00:00Z');

/** What happens to the tickets of the window, from the night before the incident to the one after it. */
async function livedThrough(hours: readonly number[]) {
  const world = new PipelineWorld({
    startAt: MIDNIGHT + 2 * MINUTE,
    hasKey: false,
    backfillDays: 90,
    zendesk: { tickets: loadTicketFile(FILE, LAST_DAY), settings: { accountPerMinute: 'off' } },
    issues: { resolution: 4 },
  });
  const { records, generations } = world.stores;
  const at = async (time: number, task: 'sync' | 'pipeline') => {
    await world.clock.sleep(Math.max(0, time - world.clock.now()));
    await world.invoke({ by: 'ticket-sync', event: { trigger: 'schedule', task } });
    await world.drain();
  };
  await world.pass(at(MIDNIGHT, 'sync'));
  for (const hour of hours) await world.pass(at(MIDNIGHT + hour * HOUR + 2 * MINUTE, 'sync'));
  const onTheDay = await records.recentIncidents(world.clock.now());
  await world.pass(at(MIDNIGHT + DAY + 2 * HOUR, 'pipeline'));
  const generation = await generations.current();
  const issues = generation ? await generations.readIssues(generation) : [];
  const digest = await records.digest('2025-11-11');
  return { world, onTheDay, issues, digest, generation };
}

describe.runIf(isThere)('The incident of 2025-11-11, in the whole pipeline without a key of Claude’s', () => {
  it('is one incident an hour after it began, and first in the digest of the day', { timeout: 600_000 }, async () => {
    const { world, onTheDay, issues, digest } = await livedThrough([6, 7, 8, 12]);
    console.log(JSON.stringify(onTheDay.map(({ centroid, tickets, ...r }) => ({ ...r, n: tickets.length })), null, 1));
    console.log(issues.length, issues.filter((i) => !i.isEmerging).length, JSON.stringify(digest, null, 1).slice(0, 6000));
    console.log(world.events.map((e) => e.id), world.lines.filter((l) => l.level !== 'info').slice(0, 5));
  });
});
