import type { Page } from '#core/page.ts';
import type { IssueDecision, IssueEvent, IssueFacts } from './issue.ts';
import type { Digest } from './trends/digest.ts';
import type { Incident } from './trends/incident.ts';

/** What becomes of the facts of an issue: `next` is written with its events, or nothing is. */
export type FactsTransition<T> = {
  readonly next?: IssueFacts;
  readonly events?: readonly IssueEvent[];
  readonly result: T;
};

/** A decision before it has its number. */
export type NewDecision = IssueDecision extends infer D
  ? D extends unknown
    ? Omit<D, 'number'>
    : never
  : never;

/** What a list of incidents is narrowed down to. */
export type IncidentFilter = {
  readonly state?: 'open' | 'closed' | undefined;
  /** False: without those that were found in retrospect. Default: with them. */
  readonly retrospective?: boolean | undefined;
};

/** What is kept of issues besides generations, of one Zendesk account. */
export type IssueRecords = {
  /** Of all issues of which anything is kept, by id. */
  allFacts(): Promise<ReadonlyMap<string, IssueFacts>>;
  facts(id: string): Promise<IssueFacts | undefined>;
  /**
   * Reads the facts, has the transition decide, and writes on condition that they are still those; tries again on what
   * is there then. The transition may run several times; it sets the next version.
   */
  changeFacts<T>(id: string, transition: (before: IssueFacts | undefined) => FactsTransition<T>): Promise<T>;
  /** Events of one issue, the newest first. @throws InvalidCursorError */
  events(issueId: string, limit: number, cursor?: string): Promise<Page<IssueEvent>>;
  /** Writing an event again changes nothing. */
  putEvents(events: readonly IssueEvent[]): Promise<void>;
  /** Where an id that was merged away leads, over as many steps as it takes; undefined: it leads nowhere. */
  movedTo(id: string): Promise<string | undefined>;
  putMoves(moves: readonly { readonly id: string; readonly into: string }[]): Promise<void>;
  /** All decisions, in their order. */
  decisions(): Promise<readonly IssueDecision[]>;
  /** Numbers a decision and keeps it. */
  decide(decision: NewDecision): Promise<IssueDecision>;
  /** Open incidents, and those that closed lately enough for an hour to be tested again (two days), by their opening. */
  recentIncidents(now: number): Promise<readonly Incident[]>;
  incident(id: string): Promise<Incident | undefined>;
  /** The newest first. @throws InvalidCursorError */
  listIncidents(filter: IncidentFilter, limit: number, cursor: string | undefined): Promise<Page<Incident>>;
  /** @param now those that were over for two days by then are not looked for among the recent ones. Default: all are */
  putIncidents(incidents: readonly Incident[], now?: number): Promise<void>;
  digest(day: string): Promise<Digest | undefined>;
  putDigest(digest: Digest): Promise<void>;
  /** Forgets all of it: the tickets are those of another account. */
  reset(): Promise<void>;
};
