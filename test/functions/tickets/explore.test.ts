import { appendFileSync } from 'node:fs';
import { it } from 'vitest';
import { wrongsOf } from './assess-course.ts';
import { livedThrough } from './simulated-course.ts';

it('explores', { timeout: 30 * 60_000 }, async () => {
  const n = Number(process.env.RUNS ?? 50),
    s = Number(process.env.RUN_SEED ?? 1);
  let bad = 0;
  const stats: Record<string, number> = {};
  const begun = performance.now();
  for (let run = 0; run < n; run += 1) {
    const t = performance.now();
    let out: string[];
    try {
      const course = await livedThrough(s + run);
      out = await wrongsOf(course);
      const { world } = course;
      stats.tickets = (stats.tickets ?? 0) + world.memory.tickets.size;
      stats.calls = (stats.calls ?? 0) + world.claude.stats.requests;
      stats.zcalls = (stats.zcalls ?? 0) + world.zendesk.stats.requests;
      stats.batches = (stats.batches ?? 0) + world.claude.batches.list().length;
      stats.paidTwice = (stats.paidTwice ?? 0) + world.claude.stats.paidTwice().length;
      stats.calm = Math.max(stats.calm ?? 0, course.calmRounds);
      stats.maxMin = Math.max(stats.maxMin ?? 0, world.zendesk.stats.maxPerMinute('incremental'));
      for (const [st] of Object.entries({})) st;
    } catch (error) {
      out = [`threw ${(error as Error).stack}`];
    }
    const ms = performance.now() - t;
    if (ms > 1500) out.push(`slow ${ms}`);
    if (out.length) {
      bad += 1;
      appendFileSync('/tmp/explore.log', `${s + run}: ${out.slice(0, 6).join('\n   ')}\n`);
    }
  }
  appendFileSync(
    '/tmp/explore.log',
    `${n} runs, ${bad} bad, ${Math.round(performance.now() - begun)} ms ${JSON.stringify(stats)}\n`,
  );
});
