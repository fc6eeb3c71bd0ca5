import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { readRun } from '#adapters/dynamodb/runs/run-item.ts';
import { wrongsOf } from './assess-course.ts';
import { livedThrough } from './simulated-course.ts';

it('debugs', { timeout: 30 * 60_000 }, async () => {
  const s = Number(process.env.RUN_SEED ?? 1);
  const course = await livedThrough(s);
  const w = await wrongsOf(course);
  const { world } = course;
  writeFileSync(
    '/tmp/debug.txt',
    [
      JSON.stringify(w),
      ...world.lines.map((l) => JSON.stringify(l).slice(0, 300)),
      'RUNS',
      ...[...world.memory.runs.values()].map((r) => JSON.stringify(readRun(r)).slice(0, 700)),
      'TRACE',
      ...((world as unknown as { trace: string[] }).trace ?? []),
      'ZD',
      ...world.zendesk.stats.log.map(
        (l) => `${new Date(l.at).toISOString()} ${l.route} ${l.status} ${l.fault ?? ''} ${l.query}`,
      ),
    ].join('\n'),
  );
});
