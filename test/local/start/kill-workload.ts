import type { Marketplace } from '#local/marketplace/server.ts';
import type { LocalProcess } from './local-process.ts';

/** A seeded source of numbers in [0, 1). */
export type Random = () => number;

/**
 * What one caller was told of one thing (a rating, an edit). `told` is the last value that was acknowledged; `perhaps`
 * are values sent after it whose answer never came, so that any of them may be the one that counts.
 */
export type Ledger<T> = { told: T | undefined; perhaps: T[] };

/** Everything that callers were told over all starts, by key. */
export type Ledgers = {
  /** By `<skill id> <user id>`. */
  readonly ratings: Map<string, Ledger<number>>;
  /** By skill id: the description. */
  readonly edits: Map<string, Ledger<string>>;
  /** Rotations of the token that were asked for. */
  rotations: number;
};

/** Who changes what, so that each thing has one owner and its end is known. */
export type Cast = {
  /** Skills that callers edit and the marketplace leaves alone. */
  readonly edited: readonly string[];
  /** Skills that the marketplace changes and nobody edits. */
  readonly changing: readonly string[];
  /** Skills that users rate. */
  readonly rated: readonly string[];
};

export function newLedgers(): Ledgers {
  return { ratings: new Map(), edits: new Map(), rotations: 0 };
}

/** Deals the catalogue's skills out. */
export function castOf(marketplace: Marketplace): Cast {
  const ids = marketplace.catalog.ids();
  return { edited: ids.slice(0, 20), rated: ids.slice(20, 40), changing: ids.slice(40) };
}

export type Workload = {
  readonly system: LocalProcess;
  readonly marketplace: Marketplace;
  readonly cast: Cast;
  readonly ledgers: Ledgers;
  readonly random: Random;
  readonly rotate: () => Promise<unknown>;
};

const USERS = 3;

/**
 * Keeps everybody busy until the system is killed: callers rate and edit, the marketplace changes and rates, admins
 * start syncs, the token is rotated. Ends when the signal aborts; a call that the kill cut off is in the ledgers.
 */
export async function keepBusy(work: Workload, signal: AbortSignal): Promise<void> {
  const act = {
    rate: () => rate(work),
    edit: () => edit(work),
    change: async () => changeMarketplace(work),
    syncSkills: () => post(work.system, '/api/admin/sync/skills'),
    syncRatings: () => post(work.system, '/api/admin/sync/ratings'),
  };
  const loop = async (step: () => Promise<unknown>, pauseMs: number) => {
    while (!signal.aborted) {
      await step().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * work.random()));
    }
  };
  await Promise.all([
    loop(act.rate, 40),
    loop(act.edit, 60),
    loop(act.change, 30),
    loop(act.syncSkills, 300),
    loop(act.syncRatings, 300),
    loop(async () => {
      work.ledgers.rotations += 1;
      await work.rotate();
    }, 4_000),
  ]);
}

async function rate({ system, cast, ledgers, random }: Workload): Promise<void> {
  const skillId = pick(cast.rated, random);
  const user_id = `user-${Math.floor(random() * USERS)}`;
  const rating = 1 + Math.floor(random() * 5);
  await told(ledgers.ratings, `${skillId} ${user_id}`, rating, () =>
    system.call(`/api/skills/${skillId}/ratings`, 'INTERN', json('POST', { user_id, rating })),
  );
}

async function edit({ system, cast, ledgers, random }: Workload): Promise<void> {
  const skillId = pick(cast.edited, random);
  const description = `edited ${Math.floor(random() * 1e9)}`;
  await told(ledgers.edits, skillId, description, () =>
    system.call(`/api/skills/${skillId}`, 'INTERN', json('PUT', { description })),
  );
}

/** Sends a value and keeps the ledger of its key, whatever becomes of the answer. */
async function told<T>(
  ledgers: Map<string, Ledger<T>>,
  key: string,
  value: T,
  send: () => Promise<{ status: number }>,
): Promise<void> {
  const ledger = ledgers.get(key) ?? { told: undefined, perhaps: [] };
  ledgers.set(key, ledger);
  ledger.perhaps.push(value);
  const { status } = await send();
  if (status >= 500) return;
  ledger.perhaps.splice(ledger.perhaps.lastIndexOf(value), 1);
  if (status < 300) {
    ledger.told = value;
    ledger.perhaps = [];
  }
}

function changeMarketplace({ marketplace, cast, random }: Workload): void {
  const skill_id = pick(cast.changing, random);
  // Half of the changes are found by polling alone.
  const quiet = random() < 0.5;
  if (!marketplace.catalog.has(skill_id)) {
    marketplace.catalog.upsertSkill({ skill_id, name: `back ${skill_id}` }, { quiet });
  } else if (random() < 0.05) marketplace.catalog.removeSkill(skill_id, { quiet });
  else marketplace.catalog.upsertSkill({ skill_id, description: `changed ${random()}` }, { quiet });
}

async function post(system: LocalProcess, path: string): Promise<void> {
  await system.call(path, 'AUTONOMOUS', { method: 'POST' });
}

function json(method: string, body: unknown): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}
