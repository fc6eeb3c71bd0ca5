import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTicketFile } from '#local/zendesk/files/ticket-file.ts';
import { HOUR, NOON, PipelineWorld } from './pipeline-world.ts';

const DATA = resolve(import.meta.dirname, '../../../../shared/data/tickets');
/** So many of each file: all of them take minutes. */
const ROWS = Number(process.env.REAL_TICKETS ?? 1_500);
const FILES = [
  'sumo-2023-02_04-quiet',
  'sumo-2025-09_11-whatsapp-incident',
  'synthetic-multilingual-tickets',
  'twitter-airlines-threads',
].map((name) => `${DATA}/${name}.jsonl.gz`);
const areThere = FILES.every((file) => existsSync(file));

if (!areThere) console.warn(`The real tickets are not in ${DATA}: their tests do not run.`);

describe.runIf(areThere)('Real tickets in the whole pipeline', () => {
  it.each(FILES)('are all stored and analysed once: %s', async (file) => {
    // Prepare
    const tickets = loadTicketFile(file, NOON).slice(-ROWS);
    const world = new PipelineWorld({
      zendesk: { tickets, settings: { accountPerMinute: 'off' } },
      settings: { mode: 'batch', batchSize: 10_000, limits: { perDay: 5e7, perMonth: 5e7, perRun: 5e7 } },
      backfillDays: 365,
    });
    const pipeline = async () => {
      await world.clock.sleep(24 * HOUR);
      await world.invoke({ by: 'ticket-sync', event: { trigger: 'schedule', task: 'pipeline' } });
      await world.drain();
    };

    // Act
    await world.pass(pipeline());

    // Assess
    const run = await lastRun(world);
    const entries = [...world.stored().values()].flatMap(({ entry }) => entry ?? []);
    const statuses = entries.map((entry) => (entry.kind === 'live' ? entry.analysis.status : 'deleted'));
    const excluded = statuses.filter((status) => status === 'excluded').length;
    expect(entries).toHaveLength(tickets.length);
    expect(new Set(statuses)).toEqual(new Set(excluded > 0 ? ['done', 'excluded'] : ['done']));
    expect(excluded).toBeLessThan(tickets.length / 50);
    expect(run).toMatchObject({
      status: 'success',
      counts: { new: tickets.length, failed: 0, pending: 0, analysed: tickets.length - excluded },
    });
    expect(claudeCosts(world)).toBeLessThanOrEqual(0.25);
    // A second run finds nothing, and writes nothing but itself.
    const [before, spent] = [new Map(world.memory.tickets), world.claude.stats.costUsd];
    world.zendesk.stats.reset();
    await world.pass(pipeline());
    expect(world.zendesk.stats.byRoute.incremental_tickets).toBe(1);
    expect(world.claude.stats.costUsd).toBe(spent);
    expect(new Map(world.memory.tickets)).toEqual(before);
  });
});

/** Dollars for 1,000 tickets in batches. */
function claudeCosts({ claude: { stats } }: PipelineWorld): number {
  return (stats.batch.costMicroUsd / 1e6 / stats.batch.messages) * 1_000;
}

async function lastRun({ stores, clock }: PipelineWorld) {
  return (await stores.runs.list({}, 1, undefined, clock.now())).items[0];
}
