import { type IssueEvent, IssueEventType, type IssueFacts, IssueStatus } from '../issue.ts';
import type { FactsTransition } from '../issue-records.ts';
import { type Change, type FactsOutcome, factsChange, noFacts } from './facts-transitions.ts';

/** What an operator changes. What is left out stays; an empty text is null, as it takes the title, owner or note away. */
export type IssuePatch = {
  readonly title?: string | null | undefined;
  readonly status?: IssueStatus | undefined;
  readonly owner?: string | null | undefined;
  readonly note?: string | null | undefined;
};

/** What a patch came to. Stale: it was made of another version, and changed nothing. */
export type PatchOutcome = FactsOutcome & { readonly isStale: boolean };

/**
 * An operator's change. What has the value already is no change, and needs no version.
 *
 * @param expected the version that the operator saw; undefined: any
 */
export function patched(
  id: string,
  patch: IssuePatch,
  { by, at, expected }: Change & { readonly expected?: number | undefined },
) {
  return (before = noFacts(id)): FactsTransition<PatchOutcome> => {
    if (expected !== undefined && expected !== before.version) {
      return { result: { facts: before, isChanged: false, isStale: true } };
    }
    const texts = { title: textOf(patch.title), owner: textOf(patch.owner), note: textOf(patch.note) };
    const wanted = withoutUndefined({ ...texts, ...statusChanges(before, patch.status, at) });
    const events = eventsOf(before, { ...before, ...wanted }).map((event) => ({ ...event, at, by }));
    const { result, ...written } = factsChange(before, wanted, events);
    return { ...written, result: { ...result, isStale: false } };
  };
}

/** Resolved anew, it is no regression any more until tickets come again. */
function statusChanges(before: IssueFacts, status: IssueStatus | undefined, at: number): Partial<IssueFacts> {
  if (status === undefined || status === before.status) return {};
  if (status === IssueStatus.resolved) return { status, resolvedAt: at, reopenedAt: null };
  return { status, resolvedAt: null };
}

function eventsOf(before: IssueFacts, after: IssueFacts): Pick<IssueEvent, 'type' | 'data'>[] {
  const fields = [
    ['title', IssueEventType.renamed],
    ['status', IssueEventType.status],
    ['owner', IssueEventType.owner],
    ['note', IssueEventType.note],
  ] as const;
  return fields
    .filter(([field]) => before[field] !== after[field])
    .map(([field, type]) => ({ type, data: { from: before[field], to: after[field] } }));
}

function textOf(text: string | null | undefined): string | null | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? null : (trimmed ?? text);
}

function withoutUndefined<T extends object>(changes: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
