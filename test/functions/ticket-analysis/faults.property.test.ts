import fc from 'fast-check';
import { describe, it } from 'vitest';
import { totalUse } from '#core/tickets/spend.ts';
import type { Switch } from '#local/claude/switches/switch-schema.ts';
import { type AnalysisWorld, createAnalysisWorld, MINUTE } from './analysis-world.ts';

const NIGHT = { trigger: 'schedule', task: 'pipeline' };
const DIRECT_MAX = 3;

/** Faults after which Claude is paid, or may be, although there is no answer that can be used: it is asked again. */
const LOSSES: readonly Switch[] = [
  { kind: 'reset', route: 'messages' },
  { kind: 'cut', route: 'messages' },
  { kind: 'hang', route: 'messages', accepted: true },
  { kind: 'missing_property' },
  { kind: 'item', outcome: 'missing' },
  { kind: 'item', outcome: 'renamed' },
  { kind: 'item', outcome: 'garbled' },
];

const FAULTS: readonly Switch[] = [
  ...LOSSES,
  { kind: 'reset', route: 'create_batch' },
  { kind: 'reset', route: 'create_batch', accepted: false },
  { kind: 'hang', route: 'create_batch' },
  { kind: 'cut', route: 'batch_results', share: 0.3 },
  { kind: 'overloaded', times: 4 },
  { kind: 'rate_limit', retryAfterSeconds: 20 },
  { kind: 'rate_limit', retryAfterSeconds: null },
  { kind: 'spend_limit', route: 'messages' },
  { kind: 'spend_limit', route: 'create_batch' },
  { kind: 'too_large_html', route: 'create_batch' },
  { kind: 'unauthorized', route: 'batch' },
  { kind: 'error', type: 'api_error', route: 'list_batches' },
  { kind: 'refusal' },
  { kind: 'max_tokens', times: 2 },
  { kind: 'prose' },
  { kind: 'item', outcome: 'errored', times: 2 },
  { kind: 'item', outcome: 'expired' },
  { kind: 'item', outcome: 'duplicated' },
];

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** What happens in one course of nights. */
const courses = fc.record({
  tickets: fc.integer({ min: 1, max: 12 }),
  mode: fc.constantFrom('auto', 'batch', 'direct'),
  batchSeconds: fc.constantFrom(0, 30, 400, 2_000),
  faults: fc.array(fc.record({ fault: fc.nat(FAULTS.length - 1), after: fc.nat(3) }), { maxLength: 4 }),
  kills: fc.array(
    fc.record({ at: fc.integer({ min: 1, max: 60 }), when: fc.constantFrom('before', 'after') }),
    {
      maxLength: 3,
    },
  ),
});

type Course = typeof courses extends fc.Arbitrary<infer T> ? T : never;

async function play({ tickets, mode, batchSeconds, faults, kills }: Course): Promise<AnalysisWorld> {
  const world = createAnalysisWorld({
    settings: { mode, directMax: DIRECT_MAX },
    claude: { settings: { batchSeconds } },
  });
  await world.addMany(tickets);
  for (const { fault, after } of faults) world.claude.switches.add({ ...FAULTS[fault]!, after });
  for (const { at, when } of kills) {
    await world.kill({ ...(world.poll.event() ?? NIGHT) }, (call) => (call === at ? when : undefined));
  }
  for (let night = 0; night < 14; night += 1) {
    await world.run(NIGHT);
    await world.drain(100);
    await world.clock.advance(10 * MINUTE);
    // A key is not accepted, or a limit reached, for some nights at most.
    if (night === 4) world.claude.switches.clear();
  }
  return world;
}

/** What is wrong at the end; nothing is. */
async function faultsOf(world: AnalysisWorld, course: Course): Promise<string[]> {
  const wrong: string[] = [];
  const { pending = 0, batched = 0 } = await world.statuses();
  if (pending + batched > 0) wrong.push(`${pending} wait and ${batched} are in a batch`);
  for (let n = 1; n <= course.tickets; n += 1) {
    const history = await world.stores.tickets.history(String(n));
    const { analysed } = await world.ticket(String(n));
    if (history.length > 1) wrong.push(`ticket ${n} was analysed ${history.length} times`);
    if (analysed && !analysed.analysis.summary.includes(`Ticket ${n}:`))
      wrong.push(`ticket ${n} has another’s analysis`);
  }
  if ((await world.stores.batches.open()).length > 0) wrong.push('a batch is open');
  const month = await world.month();
  if (Object.keys(month.open).length > 0) wrong.push('a reservation is open');
  const known = totalUse(month).costMicroUsd;
  if (known < Math.floor(world.claude.stats.costUsd * 1e6))
    wrong.push('Claude was paid more than the ledger knows');
  const underWay = course.kills.length * (course.mode === 'direct' ? course.tickets : DIRECT_MAX);
  const lost = course.faults.filter(({ fault }) => fault < LOSSES.length).length;
  const twice = world.claude.stats.paidTwice().length;
  if (twice > underWay + lost) wrong.push(`${twice} were paid twice`);
  return wrong;
}

describe('Analyses under random faults and kills', () => {
  it('loses no ticket, stores none twice, and pays no batch twice', async () => {
    await fc.assert(
      fc.asyncProperty(courses, async (course) => {
        const wrong = await faultsOf(await play(course), course);
        if (wrong.length > 0) throw new Error(wrong.join('; '));
      }),
      { seed: SEED, numRuns: Number(process.env.FC_RUNS ?? 40) },
    );
  });
});
