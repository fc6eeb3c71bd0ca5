import { type Category, parseCategory } from '#core/categories/category.ts';
import { conflictName } from '#core/conflicts/conflict-store.ts';
import type { FeedReport } from '#core/feed/feed-state.ts';
import type { AuditRecord } from '#core/records/audit-store.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';
import type { JobOutcome, JobOverride } from '#core/runs/job-store.ts';
import type { Run } from '#core/runs/run.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { type Skill, versionOf } from '#core/skills/skill.ts';
import type { Observation } from '#core/skills/version-order.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { aFeedReport, aRun, NOW, RUN_ID } from './example-records.ts';
import { type World, withServices } from './world.ts';

const HOUR_MS = 3_600_000;

/** An observation of now, for an hour. */
function seen(over: Partial<Observation> = {}): Observation {
  const now = new Date(NOW);
  return { observedAt: NOW, now, expiresAt: new Date(NOW + HOUR_MS), fence: undefined, ...over };
}

/** The marketplace has a skill, and a sync has put it into the cache. */
export async function publish(world: World, skill: Skill, over: Partial<Observation> = {}): Promise<void> {
  await world.stores.skills.put(versionOf(skill), seen(over));
}

/** Somebody edits a skill here, past the API and its limit of a body. */
export async function edit(world: World, skillId: string, fields: Partial<Skill>): Promise<void> {
  const change = (entry: CachedSkill) => ({ ...effectiveSkill(entry), ...fields });
  await world.stores.editor.edit(skillId, change, { by: 'dana', now: NOW });
}

/** What the cache holds of a skill now. */
export function cachedSkill(world: World, skillId: string): Promise<CachedSkill | undefined> {
  return world.stores.reader.get(skillId, new Date(world.clock));
}

/** The marketplace has a category, and a sync has put it into the cache. */
export async function addCategory(
  world: World,
  category: Category,
  over: Partial<Observation> = {},
): Promise<void> {
  const parsed = parseCategory(category);
  if (!parsed.ok) throw new Error(`The category is refused: ${parsed.reason}`);
  await world.stores.categories.put(parsed.value, seen(over));
}

/** Leaves the record of a run: a skill sync that succeeded, where nothing else is given. */
export function putRun(world: World, over: Partial<Run> = {}, expiresAt = NOW + HOUR_MS): Promise<void> {
  return world.stores.runs.put(aRun(over), expiresAt);
}

/** The records of runs, newest first. */
export async function runsOf(world: World): Promise<readonly Run[]> {
  return (await world.stores.runs.list({}, 1_000, undefined, world.clock)).items;
}

/** A sync leaves this record so long after it was started. */
export function runEnds(world: World, afterMs: number, over: Partial<Run> = {}): void {
  const times = { startedAt: NOW, endedAt: NOW + afterMs };
  world.script.push({ afterMs, act: (runId) => putRun(world, { runId, ...times, ...over }) });
}

/** Leaves a record that was rejected. */
export function reject(world: World, over: Partial<RejectedRecord> & { readonly id: string }): Promise<void> {
  const seenAt = { firstSeenAt: NOW, lastSeenAt: NOW };
  return world.stores.rejected.put({ kind: 'skill', reason: 'bad', runId: RUN_ID, ...seenAt, ...over });
}

/** A run takes its job's lease until then, which may be long ago. */
export async function holdLease(world: World, job: string, until: number, runId = RUN_ID): Promise<void> {
  const lease = await world.stores.jobs.acquire(job, runId, until - 1, 1);
  if (lease === undefined) throw new Error(`Another run holds the lease of ${job}.`);
}

/** A run of a job begins and ends. */
export async function endRun(world: World, job: string, outcome: Partial<JobOutcome> = {}): Promise<void> {
  const lease = await world.stores.jobs.acquire(job, RUN_ID, NOW, 1);
  if (lease === undefined) throw new Error(`Another run holds the lease of ${job}.`);
  await world.stores.jobs.finish(lease, { status: 'success', endedAt: NOW, durationMs: 1_000, ...outcome });
}

/** What an admin made of a job. */
export async function overrideOf(world: World, job: string): Promise<JobOverride | undefined> {
  return (await world.stores.jobs.state(job)).override;
}

/** The audit's records, newest first. */
export async function audited(world: World): Promise<readonly AuditRecord[]> {
  return (await world.stores.audit.list(1_000, undefined, world.clock)).items;
}

/** The name of the newest conflict of a skill. */
export async function conflictNameOf(world: World, skillId: string): Promise<string> {
  const { items } = await world.stores.conflicts.list({ status: 'all' }, 1_000, undefined, new Date(NOW));
  const conflict = items.find((it) => it.skillId === skillId);
  if (conflict === undefined) throw new Error(`${skillId} has no conflict.`);
  return conflictName(conflict);
}

/** The feed's task takes the feed for a minute and reports. */
export async function reportFeed(world: World, over: Partial<FeedReport> = {}): Promise<void> {
  const lease = await world.stores.feed.acquire('task', world.clock, 60_000);
  if (lease === undefined) throw new Error('Another task holds the feed.');
  await world.stores.feed.renew(lease, world.clock, 60_000, aFeedReport(over));
}

/** The same world with other settings of the feed. */
export function withFeed(world: World, feed: Services['settings']['feed']): World {
  return withServices(world, { settings: { ...world.services.settings, feed } });
}
