import fc from 'fast-check';
import { expect } from 'vitest';
import {
  type ConflictStrategy,
  ResolutionStrategy as Deciders,
  type ResolutionStrategy,
  revisionOf,
  ConflictStrategy as Strategies,
} from '#core/conflicts/conflict.ts';
import type { Conflict } from '#core/conflicts/conflict-store.ts';
import { effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { TestStores } from '#test/engines/test-stores.ts';
import {
  type Content,
  emptyModel,
  type Look,
  lookAt,
  type ModelState,
  type ModelStep,
  type Outcome,
  say,
  stepModel,
} from './conflict-model.ts';
import { seen, T0, version } from './versions.ts';

/** What may happen. An admin looks, and decides by what they saw, which may be long past. */
export type ConflictStep =
  | { readonly kind: 'poll' | 'feed'; readonly updated: number; readonly content: Content }
  | { readonly kind: 'again' }
  | { readonly kind: 'edit'; readonly change: Partial<Content> }
  | { readonly kind: 'look'; readonly admin: number }
  | { readonly kind: 'configure'; readonly strategy: ConflictStrategy }
  | { readonly kind: 'resolve'; readonly admin: number; readonly strategy: ResolutionStrategy };
/** One step, or two at once. */
export type ConflictSteps = readonly (readonly ConflictStep[])[];

const content = fc.record<Content>({
  description: fc.constantFrom(null, '', 'text', 'as long', 'as wide'),
  code: fc.constantFrom('1', '2', '3'),
  version: fc.constantFrom('1.0.0', '1.1.0', '2.0.0'),
  python_packages: fc.constantFrom([], ['a', 'b'], ['b', 'a'], ['c']),
});
const change = content.chain((all) =>
  fc.subarray(Object.entries(all), { minLength: 1 }).map(Object.fromEntries),
);
const updated = fc.nat(12);
const admin = fc.nat(1);
const anyStrategy = fc.constantFrom(...Object.values(Strategies));
const step: fc.Arbitrary<ConflictStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('poll' as const), updated, content }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('feed' as const), updated, content }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), change }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const), admin }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('configure' as const), strategy: anyStrategy }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('resolve' as const),
      admin,
      strategy: fc.constantFrom(...Object.values(Deciders)),
    }),
  },
);

/** Steps one after another, now and then two at once. */
export const conflictScene = fc.record({
  strategy: anyStrategy,
  steps: fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), { minLength: 3, maxLength: 25 }),
});

type Seen = { readonly look: Look; readonly conflict: Conflict };
type Scene = {
  readonly stores: TestStores;
  readonly skillId: string;
  strategy: ConflictStrategy;
  /** Whether conflicts were ever left to admins. */
  wasManual: boolean;
  readonly looks: (Seen | undefined)[];
  now: number;
};

/** Runs a scene on stores beside the model: outcomes and stored state must be the model's after each step. */
export async function runConflictScene(
  stores: TestStores,
  { strategy, steps }: { readonly strategy: ConflictStrategy; readonly steps: ConflictSteps },
  skillId: string,
): Promise<void> {
  const wasManual = strategy === 'manual';
  const scene: Scene = { stores, skillId, strategy, wasManual, looks: [], now: 0 };
  let model = emptyModel(strategy);
  for (const together of steps) {
    for (const one of together) if (one.kind === 'configure') model = configure(scene, model, one.strategy);
    const acts = together.filter(isAct).map((one) => toModelStep(one, model, scene));
    const outcomes = await Promise.all(acts.map((act) => perform(scene, act)));
    model = await matching(scene, model, acts, outcomes);
    for (const one of together) if (one.kind === 'look') scene.looks[one.admin] = await look(scene, model);
  }
  await settles(scene, model);
}

type ActingStep = Exclude<ConflictStep, { kind: 'look' | 'configure' }>;

function isAct(one: ConflictStep): one is ActingStep {
  return one.kind !== 'look' && one.kind !== 'configure';
}

function configure(scene: Scene, model: ModelState, strategy: ConflictStrategy): ModelState {
  scene.strategy = strategy;
  scene.wasManual ||= strategy === 'manual';
  return { ...model, strategy };
}

type Act = {
  readonly step: ModelStep;
  readonly at: number;
  readonly fence: number | undefined;
  readonly seen?: Seen;
};

function toModelStep(one: ActingStep, model: ModelState, scene: Scene): Act {
  scene.now += 10;
  const at = scene.now;
  const fence = one.kind === 'feed' ? undefined : 1;
  if (one.kind === 'edit') return { step: one, at, fence };
  if (one.kind === 'resolve') {
    const noted = scene.looks[one.admin];
    return { step: { kind: 'resolve', strategy: one.strategy, seen: noted?.look }, at, fence, seen: noted };
  }
  const last = { updated: Math.max(0, model.updated), content: model.remote ?? NOTHING };
  const said = one.kind === 'again' ? last : one;
  return { step: { kind: 'put', updated: said.updated, content: said.content }, at, fence };
}

const NOTHING: Content = { description: null, code: '1', version: '1.0.0', python_packages: [] };

async function perform(
  { stores, skillId, strategy }: Scene,
  { step: one, at, fence, seen: noted }: Act,
): Promise<Outcome> {
  if (one.kind === 'put') {
    const { conflict, ...put } = await stores
      .skillsBy(strategy)
      .put(version(skillId, one.updated * 1_000, one.content), seen(at, { fence }));
    return conflict ? { ...put, conflict: { detected: conflict.detected, end: conflict.end } } : put;
  }
  if (one.kind === 'edit') {
    const edit = { by: 'dana', now: T0 + at };
    const entry = await stores.editor.edit(
      skillId,
      (now) => ({ ...effectiveSkill(now), ...one.change }),
      edit,
    );
    return entry ? 'edited' : 'absent';
  }
  if (noted === undefined) return 'unknown';
  const { conflict } = noted;
  const word = {
    conflict,
    strategy: one.strategy,
    by: 'admin',
    revision: revisionOf(conflict),
    now: T0 + at,
  };
  return (await stores.conflicts.resolve(word)).outcome;
}

/** The model after the acts, in an order that gives what the stores gave. */
async function matching(
  scene: Scene,
  model: ModelState,
  acts: readonly Act[],
  outcomes: readonly Outcome[],
): Promise<ModelState> {
  const stored = await storedState(scene);
  const indexes = acts.map((_, index) => index);
  const tried = [indexes, indexes.toReversed()].map((order) => replay(model, acts, order));
  const fit = tried.find(
    (one) => JSON.stringify([one.outcomes, shown(one.state)]) === JSON.stringify([outcomes, stored]),
  );
  if (fit) return fit.state;
  const [{ state, outcomes: wanted } = { state: model, outcomes: [] }] = tried;
  expect({ outcomes, stored }).toEqual({ outcomes: wanted, stored: shown(state) });
  return state;
}

function replay(before: ModelState, acts: readonly Act[], order: readonly number[]) {
  const outcomes: Outcome[] = [];
  let state = before;
  for (const index of order) {
    const act = acts[index];
    if (act === undefined) continue;
    const next = stepModel(state, act.step);
    state = next.state;
    outcomes[index] = next.outcome;
  }
  return { state, outcomes };
}

/** The model's state as the stores show theirs. */
function shown({ remote, edit, isOpen, ended }: ModelState) {
  return {
    remote: say(remote),
    base: say(edit?.base),
    local: say(edit?.local),
    open: isOpen ? [say(edit?.base, edit?.local, remote)] : [],
    ended: ended.map((one) => `${one.end} ${say(one.base, one.local, one.remote)}`).sort(),
  };
}

async function storedState({ stores, skillId, now }: Scene): Promise<ReturnType<typeof shown>> {
  const at = new Date(T0 + now);
  const entry = await stores.skillReader.get(skillId, at);
  const conflicts = await allConflicts(stores, skillId, at);
  const sides = ({ base, local, remote }: Conflict) =>
    say(contentOf(base), contentOf(local), contentOf(remote));
  return {
    remote: say(contentOf(entry?.remote.skill)),
    base: say(contentOf(entry?.base)),
    local: say(contentOf(entry?.local)),
    open: conflicts.filter(({ resolution }) => resolution === undefined).map(sides),
    ended: conflicts
      .flatMap((one) => (one.resolution ? [`${one.resolution.strategy} ${sides(one)}`] : []))
      .sort(),
  };
}

async function allConflicts(stores: TestStores, skillId: string, now: Date): Promise<Conflict[]> {
  const { items } = await stores.conflicts.list({ status: 'all' }, 1_000, undefined, now);
  return items.filter((conflict) => conflict.skillId === skillId);
}

async function look(scene: Scene, model: ModelState): Promise<Seen | undefined> {
  const all = await allConflicts(scene.stores, scene.skillId, new Date(T0 + scene.now));
  const conflict = all.find(({ resolution }) => resolution === undefined);
  const seenNow = lookAt(model);
  return conflict && seenNow && { look: seenNow, conflict };
}

/** Once the marketplace says the same again and admins have decided, nothing moves any more. */
async function settles(scene: Scene, model: ModelState): Promise<void> {
  const { stores, skillId, strategy } = scene;
  const sayAgain = async () => {
    scene.now += 10;
    const again = version(skillId, Math.max(0, model.updated) * 1_000, model.remote ?? NOTHING);
    return stores.skillsBy(strategy).put(again, seen(scene.now));
  };
  await sayAgain();
  for (const conflict of await allConflicts(stores, skillId, new Date(T0 + scene.now))) {
    if (conflict.resolution) continue;
    expect(scene.wasManual).toBe(true);
    const word = {
      conflict,
      strategy: 'merge',
      by: 'admin',
      revision: undefined,
      now: T0 + scene.now,
    } as const;
    expect((await stores.conflicts.resolve(word)).outcome).toBe('resolved');
  }
  const settled = await storedState(scene);
  expect(await sayAgain()).toEqual({ outcome: 'written' });
  expect(await storedState(scene)).toEqual(settled);
  expect(settled.open).toEqual([]);
}

function contentOf(skill: Skill | undefined): Content | undefined {
  if (skill === undefined) return undefined;
  const { description = null, code, version: number, python_packages } = skill;
  return { description, code: code ?? '', version: number ?? '', python_packages: python_packages ?? [] };
}
