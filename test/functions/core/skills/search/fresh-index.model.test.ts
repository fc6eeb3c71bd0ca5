import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import { HOUR, MINUTE } from '#test/contracts/versions.ts';
import { findAll, SearchWorld } from './search-world.ts';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const writer = fc.constantFrom('sync', 'feed');
const api = fc.constantFrom(0, 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put'), id, writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('putBriefly'), id, writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('putSlowly'), id, writer }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), id, writer }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit'), id, api }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('editSlowly'), id, api }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo'), id, api }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('flush'), writer }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash'), writer }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), api }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('damage') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop') }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('search'), api }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      ms: fc.constantFrom(
        1_000,
        5_000,
        31_000,
        MINUTE,
        3 * MINUTE,
        11 * MINUTE,
        2 * HOUR,
        23 * HOUR,
        80 * HOUR,
      ),
    }),
  },
) as fc.Arbitrary<Step>;

type Step = {
  readonly do: string;
  readonly id: string;
  readonly writer: 'sync' | 'feed';
  readonly api: 0 | 1;
  readonly ms: number;
};

describe('The search', () => {
  it('finds what is served, never more than a minute late, whatever happens in whatever order', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const life = new Life();
        for (const one of steps) await life.live(one);
        for (const index of [0, 1] as const) {
          await life.live({ ...NOTHING, do: 'wait', ms: MINUTE });
          await life.live({ ...NOTHING, do: 'search', api: index });
        }
      }),
      { seed, numRuns: Number(process.env.RUNS ?? 400) },
    );
  });
});

const NOTHING: Step = { do: '', id: 'a', writer: 'sync', api: 0, ms: 0 };

/** One process reads each hit that it shows, the other only those that somebody may have written. */
const RELYING = [{ reliesOnNotices: true }, { reliesOnNotices: false }] as const;

/** Two writers and two processes of the API on one table. */
class Life {
  readonly #world = new SearchWorld();
  readonly #writers = { sync: this.#world.writer(1), feed: this.#world.writer(undefined) };
  readonly #apis = [this.#world.api(RELYING[0]), this.#world.api(RELYING[1])] as const;

  async live(one: Step): Promise<void> {
    const world = this.#world;
    const { search: changes } = world.memory;
    const own = this.#writers[one.writer];
    switch (one.do) {
      case 'put':
        return void (await own?.put(world.next(one.id)));
      case 'putBriefly':
        return void (await own?.put(world.next(one.id), 4 * MINUTE));
      case 'putSlowly':
        return this.#slowly(() => own.put(world.next(one.id)));
      case 'remove':
        return void (await own?.remove(one.id));
      case 'edit':
      case 'undo':
        return this.#edit(one);
      case 'editSlowly':
        return this.#slowly(() => this.#edit(one));
      case 'flush':
        return own?.flush();
      case 'crash':
        this.#writers[one.writer] = world.writer(one.writer === 'sync' ? 1 : undefined);
        return;
      case 'restart':
        Object.assign(this.#apis, { [one.api]: world.api(RELYING[one.api]) });
        return;
      case 'damage':
        for (const { id: stored } of changes.state.changes.slice(-1)) changes.changes.set(stored, undefined);
        return;
      case 'drop':
        changes.state = { changes: [] };
        return;
      case 'wait':
        world.nowMs += one.ms;
        return;
      default:
        await this.#expectCurrent(one.api);
    }
  }

  /** The announcement is old when the write arrives, and everybody has searched in between. */
  async #slowly(write: () => Promise<unknown>): Promise<void> {
    const world = this.#world;
    world.beforeWrite = async () => {
      world.beforeWrite = async () => undefined;
      for (const ms of [25_000, 15_000]) {
        world.nowMs += ms;
        for (const index of [0, 1] as const) await this.#expectAsServed(index);
      }
      world.nowMs += 15_000;
    };
    await write();
    world.beforeWrite = async () => undefined;
    for (const index of [0, 1] as const) await this.#expectAsServed(index);
  }

  /** Whoever edits finds it at once. */
  async #edit({ api: index, id: skillId, do: what }: Step): Promise<void> {
    const { edit, search } = this.#apis[index];
    const edited = await edit(skillId, what === 'undo');
    // It may have expired during a slow edit.
    if (edited?.local && this.#world.served().has(skillId))
      expect(await findAll(search, wordIn(edited.local.name))).toContain(skillId);
  }

  async #expectCurrent(index: 0 | 1): Promise<void> {
    const world = this.#world;
    const { search } = this.#apis[index];
    await this.#expectAsServed(index);
    const isRecent = (skillId: string) => world.nowMs - (world.writtenAt.get(skillId) ?? 0) < MINUTE;
    const served = world.served();
    const found = await findAll(search, 'skill', 2);
    expect(new Set(found).size).toBe(found.length);
    const old = (ids: Iterable<string>) => [...ids].filter((skillId) => !isRecent(skillId)).toSorted();
    expect(old(found)).toEqual(old(served.keys()));
    for (const [skillId, name] of served) {
      if (!isRecent(skillId)) expect(await findAll(search, wordIn(name))).toEqual([skillId]);
    }
  }

  /** A hit may be late, but what it says of its skill is never. */
  async #expectAsServed(index: 0 | 1): Promise<void> {
    const request = { query: 'skill', filter: {}, limit: 50 };
    const { hits } = await this.#apis[index].search.search(request);
    const served = this.#world.served();
    for (const { id: skillId, skill } of hits) expect(effectiveSkill(skill).name).toBe(served.get(skillId));
  }
}

function wordIn(name: string): string {
  return name.split(' ').at(-1) ?? '';
}
