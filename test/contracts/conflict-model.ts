import type { ConflictEnd, ConflictStrategy, ResolutionStrategy } from '#core/conflicts/conflict.ts';
import type { ConflictEffect } from '#core/conflicts/decide-edit.ts';
import type { PutResult } from '#core/skills/skill-entry.ts';

/**
 * The simplest thing that does what the rules of conflicts say: one skill of four fields, no stores, no races.
 * It shares no code with what it is compared with.
 */

/** What a skill says. */
export type Content = {
  readonly description: string | null;
  readonly code: string;
  readonly version: string;
  readonly python_packages: readonly string[];
};

/** One conflict that is over. */
type Ended = {
  readonly end: ConflictEnd;
  readonly base: Content;
  readonly local: Content;
  readonly remote: Content;
};

export type ModelState = {
  readonly strategy: ConflictStrategy;
  readonly updated: number;
  readonly remote: Content | undefined;
  readonly edit: { readonly base: Content; readonly local: Content } | undefined;
  readonly isOpen: boolean;
  readonly ended: readonly Ended[];
  readonly detected: number;
};

/** What an admin has seen of a conflict when they decide. */
export type Look = { readonly ended: number; readonly state: string };

export type ModelStep =
  | { readonly kind: 'put'; readonly updated: number; readonly content: Content }
  | { readonly kind: 'edit'; readonly change: Partial<Content> }
  | { readonly kind: 'resolve'; readonly strategy: ResolutionStrategy; readonly seen: Look | undefined };

/** What a put came to; what a conflict is about is not the model's to say. */
type ModelPut = Omit<PutResult, 'conflict'> & {
  readonly conflict?: Pick<ConflictEffect, 'detected' | 'end'>;
};

export type Outcome =
  | ModelPut
  | 'edited'
  | 'absent'
  | 'resolved'
  | 'already_resolved'
  | 'changed'
  | 'unknown';

export function emptyModel(strategy: ConflictStrategy): ModelState {
  const nothing = { remote: undefined, edit: undefined, isOpen: false, ended: [], detected: 0 };
  return { strategy, updated: -1, ...nothing };
}

/** What a look at the open conflict shows; undefined where there is none. */
export function lookAt({ isOpen, ended, edit, remote }: ModelState): Look | undefined {
  return isOpen ? { ended: ended.length, state: say(edit?.base, edit?.local, remote) } : undefined;
}

/** The state after a step, and what came of it. */
export function stepModel(state: ModelState, step: ModelStep): { state: ModelState; outcome: Outcome } {
  switch (step.kind) {
    case 'put':
      return put(state, step.updated, step.content);
    case 'edit':
      return edit(state, step.change);
    default:
      return resolve(state, step.strategy, step.seen);
  }
}

type Stepped = { state: ModelState; outcome: Outcome };

function put(before: ModelState, updated: number, remote: Content): Stepped {
  if (updated < before.updated) return { state: before, outcome: { outcome: 'superseded' } };
  const state = { ...before, updated, remote };
  const written = (next: ModelState): Stepped => ({ state: next, outcome: effect(before, next) });
  if (state.edit === undefined) return written(state);
  const byItself = settle(state, state.edit, remote);
  if (byItself || state.isOpen) return written(byItself ?? state);
  const met = { ...state, detected: state.detected + 1 };
  if (state.strategy === 'manual') return written({ ...met, isOpen: true });
  return written(end(met, state.edit, remote, state.strategy));
}

function effect(before: ModelState, after: ModelState): ModelPut {
  const detected = after.detected > before.detected;
  const ended = after.ended.length > before.ended.length ? after.ended.at(-1)?.end : undefined;
  const conflict = { detected, end: ended };
  return { outcome: 'written', ...(detected || ended ? { conflict } : {}) };
}

function edit(before: ModelState, change: Partial<Content>): Stepped {
  const { remote } = before;
  if (remote === undefined) return { state: before, outcome: 'absent' };
  const base = before.edit?.base ?? remote;
  const local = { ...(before.edit?.local ?? remote), ...change };
  const state = { ...before, edit: { base, local } };
  return { state: settle(state, state.edit, remote) ?? state, outcome: 'edited' };
}

function resolve(state: ModelState, strategy: ResolutionStrategy, seen: Look | undefined): Stepped {
  if (seen === undefined) return { state, outcome: 'unknown' };
  const { edit: kept, remote } = state;
  if (seen.ended !== state.ended.length) return { state, outcome: 'already_resolved' };
  if (!kept || !remote || seen.state !== lookAt(state)?.state) return { state, outcome: 'changed' };
  return { state: end(state, kept, remote, strategy), outcome: 'resolved' };
}

/** What needs nobody's word; undefined for a conflict. */
function settle(state: ModelState, kept: NonNullable<ModelState['edit']>, remote: Content) {
  const [local, base] = [say(kept.local), say(kept.base)];
  const close = (how: 'converged' | 'withdrawn', next: ModelState['edit']): ModelState => {
    const ended = state.isOpen ? [...state.ended, { end: how, ...kept, remote }] : state.ended;
    return { ...state, edit: next, isOpen: false, ended };
  };
  if (local === say(remote)) return close('converged', undefined);
  if (local === base) return close('withdrawn', undefined);
  return base === say(remote) ? close('withdrawn', kept) : undefined;
}

function end(
  state: ModelState,
  kept: NonNullable<ModelState['edit']>,
  remote: Content,
  strategy: ResolutionStrategy,
): ModelState {
  const ended = [...state.ended, { end: strategy, ...kept, remote }];
  const local = strategy === 'merge' ? merge(kept.base, kept.local, remote) : kept.local;
  const isDropped = strategy === 'remote_wins' || say(local) === say(remote);
  return { ...state, isOpen: false, ended, edit: isDropped ? undefined : { base: remote, local } };
}

function merge(base: Content, ours: Content, theirs: Content): Content {
  const pick = <K extends keyof Content>(field: K, both: () => Content[K]): Content[K] => {
    const text = (content: Content) => say({ ...base, [field]: content[field] });
    if (text(ours) === text(base)) return theirs[field];
    if (text(theirs) === text(base) || text(ours) === text(theirs)) return ours[field];
    return both();
  };
  const length = (text: string | null) => text?.length ?? 0;
  return {
    description: pick('description', () =>
      length(ours.description) === 0 || length(theirs.description) > length(ours.description)
        ? theirs.description
        : ours.description,
    ),
    code: pick('code', () => ours.code),
    version: pick('version', () => `${ours.version.split('+')[0]}+merged.${theirs.version}`),
    python_packages: pick('python_packages', () =>
      [...new Set([...ours.python_packages, ...theirs.python_packages])].sort(),
    ),
  };
}

/** The same text for what says the same. */
export function say(...contents: readonly (Content | undefined)[]): string {
  return JSON.stringify(
    contents.map(
      (content) =>
        content && [
          content.description,
          content.code,
          content.version,
          [...new Set(content.python_packages)].sort(),
        ],
    ),
  );
}
