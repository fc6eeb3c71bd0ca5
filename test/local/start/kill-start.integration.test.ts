import { setTimeout as delay } from 'node:timers/promises';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { castOf, keepBusy, type Ledger, type Ledgers, newLedgers, type Random } from './kill-workload.ts';
import { type LocalProcess, startProcess } from './local-process.ts';

/** `KILLS=50` for the long run; a kill takes some 15 s, most of it the start and the wait for the dead run's lease. */
const KILLS = Number(process.env.KILLS ?? 2);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1e9);
const SKILLS = 400;
const LONGEST_LIFE_MS = 4_000;
/**
 * A message that was under way when its function was killed comes back after the queue's visibility timeout, six
 * minutes. The long run waits for that; the short one takes such a rating for what it is: still waiting.
 */
const IS_LONG = KILLS >= 10;
const SETTLED_WITHIN_MS = IS_LONG ? 15 * 60_000 : 20_000;
/** A sync may have to wait for its part of the minute, which the killed ones have used up. */
const SYNCED_WITHIN_MS = 15 * 60_000;
/** No more than ten manual runs are taken in a minute. */
const LOOK_EVERY_MS = 7_000;
/** Ratings that wait, in the words of the API. */
const WAITING = ['pending', 'queued'];

describe(`npm start, killed ${KILLS} times under load (KILL_SEED=${SEED})`, () => {
  it('serves what the marketplace and the callers were told, item by item', {
    timeout: 20 * 60_000 + KILLS * 60_000,
  }, async () => {
    // Prepare
    const random = seeded(SEED);
    const marketplace = await startMarketplace({ skills: SKILLS, token: 'first-token', seed: 7 });
    onTestFinished(() => marketplace.close());
    const cast = castOf(marketplace);
    const ledgers = newLedgers();
    const directory = temporaryDirectory();
    const settings = {
      ATOM_SAAS_API_URL: marketplace.url,
      ATOM_SAAS_WS_URL: marketplace.wsUrl,
      ATOM_SAAS_API_TOKEN: 'first-token',
      ATOM_SAAS_PAGE_SIZE: '50',
    };

    // Act
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const system = startProcess(directory, settings);
      // Every fifth dies on its way up.
      if (kill % 5 === 0) await delay(random() * 6_000);
      else {
        await system.until(/^ready /m);
        await busyUntilKilled({ system, marketplace, cast, ledgers, random });
      }
      system.kill('SIGKILL');
      await system.exited;
    }
    const last = startProcess(directory, settings);
    await last.until(/^ready /m);
    await settle(last);

    // Assess
    expect(differences(await servedSkills(last), expectedSkills(marketplace, ledgers))).toEqual([]);
    await assessRatings(last, marketplace, ledgers);
    last.kill('SIGTERM');
    expect(await last.exited).toBe(0);
  });
});

type Life = Omit<Parameters<typeof keepBusy>[0], 'rotate'>;

async function busyUntilKilled(life: Life): Promise<void> {
  const ended = new AbortController();
  const rotate = rotator(life.system);
  const busy = keepBusy({ ...life, rotate: rotate.once }, ended.signal);
  await delay(200 + life.random() * LONGEST_LIFE_MS);
  // On a slow machine that is not enough for a single answer, and there would be nothing to hold the end against.
  while (!isAnyTold(life.ledgers)) await delay(20);
  life.system.kill('SIGKILL');
  await life.system.exited;
  ended.abort();
  await busy;
  rotate.close();
}

function isAnyTold({ ratings }: Ledgers): boolean {
  return [...ratings.values()].some(({ told }) => told !== undefined);
}

function rotator(system: LocalProcess) {
  const { endpoints, secret, access_key_id, secret_access_key } = system.session();
  const client = new SecretsManagerClient({
    endpoint: endpoints.secretsmanager,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key },
  });
  return {
    once: () => client.send(new RotateSecretCommand({ SecretId: secret })),
    close: () => client.destroy(),
  };
}

/** Syncs until nothing waits any more: no rating under way, the newest listing taken over. */
async function settle(system: LocalProcess): Promise<void> {
  const [syncedBy, settledBy] = [Date.now() + SYNCED_WITHIN_MS, Date.now() + SETTLED_WITHIN_MS];
  for (;;) {
    await system.call('/api/admin/sync/ratings', 'AUTONOMOUS', { method: 'POST' });
    const skills = await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
    const { body } = await system.call('/api/admin/sync/status', 'SUPERVISED');
    const isSynced = skills.body.status === 'success';
    if (isSynced && body.ratings.pending === 0 && body.ratings.failed === 0) return;
    if (Date.now() > settledBy && isSynced && !IS_LONG) return;
    if (Date.now() > syncedBy) throw new Error(`Not settled: ${JSON.stringify([skills.body, body])}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** Every skill that is served, by id. */
async function servedSkills(system: LocalProcess): Promise<Record<string, unknown>> {
  const skills: Record<string, unknown> = {};
  let cursor = '';
  do {
    const { body } = await system.call(`/api/skills?limit=200${cursor}`, 'STUDENT');
    for (const skill of body.skills) skills[skill.skill_id] = skill;
    cursor = body.next_cursor === null ? '' : `&cursor=${encodeURIComponent(body.next_cursor)}`;
  } while (cursor !== '');
  return skills;
}

/** The marketplace's catalogue with the edits that callers were told of. */
function expectedSkills(marketplace: Marketplace, { edits }: Ledgers): Record<string, unknown> {
  const entries = marketplace.catalog.listing().map((skill) => {
    const edit = edits.get(skill.skill_id);
    return [
      skill.skill_id,
      edit ? { ...skill, description: oneOf(edit) ?? skill.description } : skill,
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** The skills that are not as they should be, few enough to be read; compared item by item, key order aside. */
function differences(served: Record<string, unknown>, expected: Record<string, unknown>): unknown[] {
  const ids = [...new Set([...Object.keys(served), ...Object.keys(expected)])];
  return ids
    .filter((id) => !isEqual(served[id], expected[id]))
    .map((id) => ({ id, served: summary(served[id]), expected: summary(expected[id]) }));
}

function isEqual(actual: unknown, wanted: unknown): boolean {
  try {
    expect(actual).toEqual(wanted);
    return true;
  } catch {
    return false;
  }
}

function summary(skill: unknown): unknown {
  if (typeof skill !== 'object' || skill === null) return skill;
  const { updated_at, description } = skill as Record<string, unknown>;
  return { updated_at, description: String(description).slice(0, 60) };
}

/** Matches what was told last, or one of the values whose answer never came. */
function oneOf<T>({ told, perhaps }: Ledger<T>): T | undefined {
  if (perhaps.length === 0) return told;
  const any = {
    asymmetricMatch: (actual: unknown) =>
      actual === told || perhaps.includes(actual as T) || told === undefined,
    toString: () => 'OneOf',
    toAsymmetricMatcher: () => `one of ${JSON.stringify([told, ...perhaps])}`,
  };
  return any as T;
}

/**
 * Each rating is here what its caller was told, and at the marketplace what it is here, to the letter. One that still
 * waits for its upload is not there yet, or as it was before.
 */
async function assessRatings(
  system: LocalProcess,
  marketplace: Marketplace,
  { ratings }: Ledgers,
): Promise<void> {
  const ours = await givenRatings(system, new Set([...ratings.keys()].map((key) => key.split(' ')[0] ?? '')));
  const told = [...ratings].filter(([, ledger]) => ledger.told !== undefined);
  expect(told.length).toBeGreaterThan(0);
  const stars = Object.fromEntries([...ours].map(([key, one]) => [key, one.rating]));
  expect(stars).toMatchObject(Object.fromEntries(told.map(([key, ledger]) => [key, oneOf(ledger)])));

  const waiting = new Set([...ours].filter(([, one]) => WAITING.includes(one.status)).map(([key]) => key));
  if (IS_LONG) expect([...waiting]).toEqual([]);
  const theirs = marketplace.ratings
    .list()
    .map((one) => [`${one.skill_id} ${one.user_id}`, one.rating] as const)
    .filter(([key]) => !waiting.has(key));
  expect(
    Object.entries(stars)
      .filter(([key]) => !waiting.has(key))
      .toSorted(),
  ).toEqual(theirs.toSorted());
}

async function givenRatings(system: LocalProcess, skillIds: ReadonlySet<string>) {
  const found = new Map<string, { rating: number; status: string }>();
  for (const skillId of skillIds) {
    const { body } = await system.call(`/api/skills/${skillId}/ratings?limit=200`, 'STUDENT');
    for (const one of body.ratings) found.set(`${skillId} ${one.user_id}`, one);
  }
  return found;
}

/** mulberry32: small, and the same on every machine. */
function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
