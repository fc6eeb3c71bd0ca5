import { createCategoryStore } from '#adapters/dynamodb/categories/category-store.ts';
import { createRejectedRecordStore } from '#adapters/dynamodb/records/rejected-record-store.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { parseCategory } from '#core/categories/category.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { JobId } from '#core/runs/run.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import type { Observation } from '#core/skills/version-order.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';
import { POLICY } from '#test/contracts/versions.ts';
import type { DeployedHandler } from './deployed-handler.ts';
import { aRun, RUN_ID } from './example-records.ts';
import { recordingLog } from './recording-log.ts';

export const SKILL_IDS = ['csv-cleaner', 'a', 'Zürich/日本', '100%25', 'x y'];

/** A cache of a few records, one refused record, and a skill sync that succeeded a moment ago. */
export async function fillTable(deployed: Pick<DeployedHandler, 'table'>): Promise<void> {
  const table = { ...deployed.table, log: recordingLog([]) };
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 3_600_000);
  const seen = { observedAt: now.getTime(), now, expiresAt, fence: undefined };
  for (const skill_id of SKILL_IDS) {
    const skill = { skill_id, name: `Skill ${skill_id}`, category: 'data', tags: ['csv'], version: '1.2.0' };
    await createSkillStore(createSkillEntries(table), POLICY).put(versionOf(skill), seen);
  }
  await leaveConflict(table, seen);
  const category = parseCategory({ name: 'data' });
  if (category.ok) await createCategoryStore(table).put(category.value, seen);
  await createRejectedRecordStore(table).put({
    id: 'bad',
    kind: 'skill',
    reason: 'name: must not be empty',
    runId: RUN_ID,
    firstSeenAt: now.getTime(),
    lastSeenAt: now.getTime(),
  });
  await endRun(deployed, RUN_ID);
}

/** Somebody has edited a skill, and the marketplace changed it afterwards. */
async function leaveConflict(table: Table, seen: Observation): Promise<void> {
  const skill_id = 'x y';
  const edit = (entry: CachedSkill) => ({ ...entry.remote.skill, description: 'Edited here' });
  await createSkillEditor(createSkillEntries(table)).edit(skill_id, edit, {
    by: 'dana',
    now: seen.now.getTime(),
  });
  const skill = { skill_id, name: `Skill ${skill_id}`, category: 'data', tags: ['csv'], version: '1.2.0' };
  await createSkillStore(createSkillEntries(table), POLICY).put(
    versionOf({ ...skill, description: 'Changed there' }),
    seen,
  );
}

/** The run of both syncs that {@link startSyncs} leaves under way. */
export const RUNNING = '01KHTNPR6M4Y8Z0V9QK2D3F5GJ';

/** A skill sync and a rating sync are under way. */
export async function startSyncs(deployed: Pick<DeployedHandler, 'table'>): Promise<void> {
  const table = { ...deployed.table, log: recordingLog([]) };
  const now = Date.now();
  // The longest that is believed: a lease of a wrong clock would count as over.
  const leaseMs = LEASE_MS + CLOCK_TOLERANCE_MS;
  for (const job of [JobId.skillSync, JobId.ratingSync]) {
    await createJobStore(table).acquire(job, RUNNING, now, leaseMs);
  }
  const run = aRun({ runId: RUNNING, status: 'running', startedAt: now, endedAt: undefined, fence: 2 });
  await createRunStore(table).put(run, now + 3_600_000);
}

/** A skill sync from its lease to its record, as the sync itself leaves it. */
export async function endRun(deployed: Pick<DeployedHandler, 'table'>, runId: string): Promise<void> {
  const table = { ...deployed.table, log: recordingLog([]) };
  const jobs = createJobStore(table);
  const now = Date.now();
  const lease = await jobs.acquire(JobId.skillSync, runId, now, 15_000);
  if (lease === undefined) return;
  const run = aRun({ runId, trigger: 'manual', startedAt: now - 3_500, endedAt: now, fence: lease.fence });
  await createRunStore(table).put(run, now + 3_600_000);
  const size = { skillsCount: SKILL_IDS.length, categoriesCount: 1 };
  await jobs.finish(lease, { status: 'success', endedAt: now, durationMs: 3_500, ...size });
}
