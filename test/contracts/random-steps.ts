import fc from 'fast-check';
import { LeaseLostError } from '#core/errors.ts';
import type { JobOutcome, Lease } from '#core/runs/job-store.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { versionOf } from '#core/skills/skill.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { TestStores } from '#test/engines/test-stores.ts';
import { digestsOf, MINUTE, seen, T0, version } from './versions.ts';

/** What may happen to a few skills. Small ranges, so that everything collides with everything. */
export type SkillStep =
  | {
      readonly kind: 'put';
      readonly skill: number;
      readonly updated: number;
      readonly observed: number;
      readonly content: number;
      readonly fence: number | undefined;
      readonly lives: number;
    }
  | { readonly kind: 'look'; readonly skill: number }
  | {
      readonly kind: 'remove';
      readonly skill: number;
      readonly observed: number;
      readonly fence: number | undefined;
    }
  | {
      readonly kind: 'word';
      readonly skill: number;
      /** 4: a stamp of the year 9999. */
      readonly updated: number;
      readonly observed: number;
      readonly what: 'undated' | 'tombstone' | 'anything';
    }
  | HintStep<'tombstone'>
  | HintStep<'aggregates'>
  | { readonly kind: 'edit'; readonly skill: number }
  | { readonly kind: 'wait'; readonly seconds: number };

type HintStep<Kind> = {
  readonly kind: Kind;
  readonly skill: number;
  readonly updated: number;
  readonly observed: number;
};

const skill = fc.integer({ min: 0, max: 1 });
const observed = fc.integer({ min: 0, max: 4 });
const fence = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });

/** One put of a version that is not expired. */
export const putStep = fc.record({
  kind: fc.constant('put' as const),
  skill,
  updated: fc.integer({ min: 0, max: 3 }),
  observed,
  content: fc.integer({ min: 0, max: 2 }),
  fence,
  lives: fc.integer({ min: 1, max: 6 }),
});

/** Any step. */
export const skillStep: fc.Arbitrary<SkillStep> = fc.oneof(
  { weight: 6, arbitrary: putStep },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const), skill }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), skill, observed, fence }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('word' as const),
      skill,
      updated: fc.integer({ min: 0, max: 4 }),
      observed,
      what: fc.constantFrom('undated' as const, 'tombstone' as const, 'anything' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('tombstone' as const, 'aggregates' as const),
      skill,
      updated: fc.integer({ min: 0, max: 3 }),
      observed,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('edit' as const), skill }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 4 }) }),
  },
);

/**
 * Runs steps one after another; the transcript says what came of each, and what was stored in the end.
 *
 * @param watch called before each step and after the last, with the time that it is then (ms after `T0`)
 */
export async function runSkillSteps(
  stores: TestStores,
  steps: readonly SkillStep[],
  prefix: string,
  watch?: (now: number) => Promise<void>,
) {
  const transcript: unknown[] = [];
  // A remover acts on what it has seen, which may be long past.
  const known = new Map<string, SkillDigest>();
  let now = 0;
  for (const step of steps) {
    if (step.kind === 'wait') now += step.seconds * 1_000;
    await watch?.(now);
    if (step.kind === 'wait') continue;
    transcript.push(await runSkillStep(stores, step, { id: `${prefix}-${step.skill}`, now, known }));
  }
  await watch?.(now);
  const ids = [`${prefix}-0`, `${prefix}-1`];
  for (const id of ids) transcript.push(await stores.skillReader.get(id, new Date(T0 + now)));
  for (const [id, digest] of await digestsOf(stores.skills)) if (ids.includes(id)) known.set(id, digest);
  return { transcript, digests: ids.map((id) => known.get(id)) };
}

const FAR_AHEAD_SECONDS = (Date.UTC(9999, 0, 1) - T0) / 1_000;

type Scene = { readonly id: string; readonly now: number; readonly known: Map<string, SkillDigest> };

async function runSkillStep(
  stores: TestStores,
  step: Exclude<SkillStep, { kind: 'wait' }>,
  { id, now, known }: Scene,
): Promise<unknown> {
  if (step.kind === 'look') {
    const entry = await stores.skillReader.get(id, new Date(T0));
    const { updatedAt, hash } = entry?.remote ?? {};
    if (updatedAt && hash) known.set(id, { skillId: id, updatedAt, hash, expiresAt: 0, tombstone: false });
    return entry;
  }
  if (step.kind === 'edit') {
    return stores.editor.edit(id, ({ remote }) => ({ ...remote.skill, name: 'mine' }), {
      by: 'me',
      now: T0 + now,
    });
  }
  if (step.kind === 'word') {
    const observedAt = T0 + step.observed;
    const overrule = { what: step.what, observedBefore: observedAt };
    const at = { observedAt, now: new Date(T0 + now), fence: undefined, overrule };
    const said = skillVersion(id, step.updated === 4 ? FAR_AHEAD_SECONDS : step.updated, 1);
    return stores.skills.put(said, { ...at, expiresAt: new Date(T0 + now + 3_000) });
  }
  if (step.kind === 'tombstone' || step.kind === 'aggregates') return hint(stores, step, id, now);
  const at = { observedAt: T0 + step.observed, now: new Date(T0 + now), fence: step.fence };
  if (step.kind === 'remove') {
    const digest = known.get(id);
    return digest
      ? stores.skills.remove(digest, { ...at, expiresAt: new Date(T0 + now + 3_000) })
      : 'unknown';
  }
  const expiresAt = new Date(T0 + now + step.lives * 1_000);
  return stores.skills.put(skillVersion(id, step.updated, step.content), { ...at, expiresAt });
}

/** What the feed tells of a skill besides the whole of it. */
function hint(
  { skills }: Pick<TestStores, 'skills'>,
  step: HintStep<'tombstone' | 'aggregates'>,
  skillId: string,
  now: number,
): Promise<boolean> {
  const updatedAt = T0 + step.updated * 1_000;
  const expiresAt = new Date(T0 + now + 3_000);
  const at = { observedAt: T0 + step.observed, now: new Date(T0 + now), expiresAt, fence: undefined };
  if (step.kind === 'tombstone') return skills.tombstone(skillId, instantFromMs(updatedAt), at);
  const stamp = new Date(updatedAt).toISOString();
  return skills.putAggregates({ skillId, averageRating: step.observed, ratingCount: 1, stamp }, at);
}

/** The version that a put step writes. */
export function skillVersion(id: string, updated: number, content: number) {
  return versionOf({ ...version(id, updated * 1_000).skill, code: `content ${content}` });
}

/** What may happen to a job's lease, by one of three runs. */
export type LeaseStep = {
  readonly kind: 'acquire' | 'renew' | 'listing' | 'finish' | 'wait';
  readonly run: number;
  readonly status: JobOutcome['status'];
};

/** Any step of a lease. */
export const leaseStep: fc.Arbitrary<LeaseStep> = fc.record({
  kind: fc.constantFrom('acquire', 'acquire', 'renew', 'listing', 'finish', 'wait'),
  run: fc.integer({ min: 0, max: 2 }),
  status: fc.constantFrom('success', 'failed', 'interrupted'),
});

/** Runs steps on one job, with what came of each: the lease, `held`, `ok` or `lost`. */
export async function runLeaseSteps(
  { jobs }: Pick<TestStores, 'jobs'>,
  steps: readonly LeaseStep[],
  job: string,
) {
  const leases = new Map<number, Lease>();
  const transcript: { readonly step: LeaseStep; readonly outcome: unknown; readonly now: number }[] = [];
  let now = T0;
  for (const step of steps) {
    if (step.kind === 'wait') now += 40_000;
    const outcome = step.kind === 'wait' ? 'ok' : await runLeaseStep(jobs, { step, job, now, leases });
    transcript.push({ step, outcome, now });
  }
  return { transcript, state: await jobs.state(job) };
}

async function runLeaseStep(
  jobs: TestStores['jobs'],
  { step, job, now, leases }: { step: LeaseStep; job: string; now: number; leases: Map<number, Lease> },
): Promise<unknown> {
  const { kind, run, status } = step;
  if (kind === 'acquire') {
    const lease = await jobs.acquire(job, `r${run}`, now, MINUTE);
    if (lease) leases.set(run, lease);
    return lease ?? 'held';
  }
  const lease = leases.get(run);
  if (!lease) return 'no lease';
  try {
    if (kind === 'renew') await jobs.renew(lease, now + MINUTE);
    if (kind === 'listing') {
      await jobs.setListing(lease, {
        listingId: `l${run}`,
        startedAt: now,
        pageSize: 1,
        startedBy: `r${run}`,
      });
    }
    if (kind === 'finish') await jobs.finish(lease, { status, endedAt: now, durationMs: 700 });
    return 'ok';
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lost';
    throw error;
  }
}

/** An observation that never expires within a test, at one of a few milliseconds. */
export function seenAt(step: { readonly observed: number; readonly fence: number | undefined }) {
  return seen(0, { observedAt: T0 + step.observed, fence: step.fence });
}
