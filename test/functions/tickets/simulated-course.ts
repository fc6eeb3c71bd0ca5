import type { SpendLimits } from '#core/tickets/spend.ts';
import type { SpendMonth } from '#core/tickets/spend-ledger.ts';
import { createRandom, type SeededRandom } from '#local/random.ts';
import { Chaos } from './chaos.ts';
import type { Invocation } from './pipeline-functions.ts';
import { HOUR, MINUTE, PipelineWorld, SECOND } from './pipeline-world.ts';

const USD = 1_000_000;
/** So many rounds without faults have everything done, or never. */
const MAX_CALM_ROUNDS = 12;
/** Lambda tries an event so often that a process did not survive. */
const ATTEMPTS = 3;

/** What one seed came to. */
export type Course = {
  readonly world: PipelineWorld;
  readonly limits: SpendLimits;
  /** Rounds that it took once all faults were over. */
  readonly calmRounds: number;
  /** What was spent before the limits were lifted, by the ledger. */
  readonly spentUnderLimits: ReadonlyMap<string, SpendMonth>;
};

/** Lives through some hours of one seed: faults, operations and kills at first, then none until all is done. */
export async function livedThrough(seed: number): Promise<Course> {
  const random = createRandom(seed);
  const limits = limitsOf(random);
  const world = new PipelineWorld({
    random: () => random.next(),
    pageSize: random.pick([3, 7, 20, 1000]),
    text: random.pick(['first', 'first', 'public'] as const),
    settings: { limits, directMax: random.pick([0, 3, 8, 20, 200]), batchSize: random.pick([10, 500]) },
    zendesk: { seed, settings: { accountPerMinute: 'off' } },
    claude: { seed, keptBodies: 0 },
  });
  const chaos = new Chaos(world, random);
  chaos.seedTickets(random.between(5, 40));
  return world.pass(
    (async () => {
      for (let hours = random.between(2, 5); hours > 0; hours -= 1) await troubledHour(world, chaos, random);
      const spentUnderLimits = new Map(world.memory.spend);
      const calmRounds = await calmDown(world);
      return { world, limits, calmRounds, spentUnderLimits };
    })(),
  );
}

/** Most runs have money enough; some hardly any. */
function limitsOf(random: SeededRandom): SpendLimits {
  const small = () => random.between(2_000, 20_000);
  if (random.chance(0.7)) return { perDay: 2 * USD, perMonth: 20 * USD, perRun: 2 * USD };
  const wide = { perDay: 50_000, perMonth: 80_000, perRun: 40_000 };
  const narrow = random.pick(['perDay', 'perMonth', 'perRun'] as const);
  return { ...wide, [narrow]: small() };
}

async function troubledHour(world: PipelineWorld, chaos: Chaos, random: SeededRandom): Promise<void> {
  for (let n = random.below(4); n > 0; n -= 1) chaos.operate();
  chaos.troubleZendesk();
  chaos.troubleClaude();
  void world.clock.sleep(random.between(1, 300) * SECOND).then(() => chaos.operate());
  if (random.chance(0.3)) {
    void world.clock.sleep(random.between(1, 20) * SECOND).then(() => chaos.operateOnIssues());
  }
  const first = chaos.invocation();
  const second = random.chance(0.15) ? chaos.invocation() : undefined;
  await Promise.all([
    carriedOut(world, chaos, random, first),
    second &&
      world.clock.sleep(random.between(1, 90) * SECOND).then(() => carriedOut(world, chaos, random, second)),
  ]);
  for (let n = 0; n < 6; n += 1) await follow(world, chaos, random);
  if (random.chance(0.08)) await cancelSomething(world, random);
  await world.clock.sleep(random.between(1, 70) * MINUTE);
}

/** What was invoked meanwhile, or what the schedule polls. */
async function follow(world: PipelineWorld, chaos: Chaos, random: SeededRandom): Promise<void> {
  const next = world.queue.shift();
  if (next) return carriedOut(world, chaos, random, next);
  const polled = world.poll.event();
  if (!polled) return;
  await world.clock.sleep(5 * MINUTE);
  await carriedOut(world, chaos, random, { by: 'ticket-analysis', event: { ...polled } });
}

/** An invocation, and those that follow where its process dies. */
async function carriedOut(
  world: PipelineWorld,
  chaos: Chaos,
  random: SeededRandom,
  invocation: Invocation,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const fate = attempt === ATTEMPTS ? undefined : chaos.fate(invocation.by);
    if (await world.invoke(invocation, fate)) return;
    if (random.chance(0.15)) return;
    await world.clock.sleep(random.between(1, 120) * SECOND);
  }
}

async function cancelSomething(world: PipelineWorld, random: SeededRandom): Promise<void> {
  const { items } = await world.stores.runs.list({}, 20, undefined, world.clock.now());
  if (items.length === 0) return;
  await world.stores.jobs.cancel('tickets', random.pick(items).runId);
}

/** Nothing goes wrong any more, and there is money. @returns the rounds that it took */
async function calmDown(world: PipelineWorld): Promise<number> {
  world.zendesk.faults.clear();
  world.zendesk.settings.timeoutAbovePageSize = undefined;
  world.claude.switches.clear();
  world.claude.settings.batchSeconds = 30;
  world.settings = { ...world.settings, limits: { perDay: 5 * USD, perMonth: 50 * USD, perRun: 5 * USD } };
  for (let round = 1; round <= MAX_CALM_ROUNDS; round += 1) {
    await world.clock.sleep(HOUR);
    const scheduled_time = new Date(world.clock.now()).toISOString();
    await world.invoke({
      by: 'ticket-sync',
      event: { trigger: 'schedule', task: 'pipeline', scheduled_time },
    });
    await world.drain();
    if (await isDone(world)) return round;
  }
  return Number.POSITIVE_INFINITY;
}

async function isDone({ stores, memory }: PipelineWorld): Promise<boolean> {
  const { pending, batched } = await stores.tickets.counts();
  const open = await stores.batches.open();
  const retried = [...memory.ticketSync.states.values()].flatMap(({ state }) => state?.failedTickets ?? []);
  return pending + batched + open.length + retried.length === 0;
}
