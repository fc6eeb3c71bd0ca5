import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import type { IssueDecision, IssueEvent, IssueFacts } from '#core/issues/issue.ts';
import type { IncidentFilter, IssueRecords } from '#core/issues/issue-records.ts';
import type { Digest } from '#core/issues/trends/digest.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import {
  EVENT_LIST,
  eventPosition,
  INCIDENT_LIST,
  incidentPosition,
  isListed,
  isRecent,
  readEventPosition,
  readIncidentPosition,
} from './issue-lists.ts';
import { followMoves } from './issue-moves.ts';

type RecordsOfAccount = {
  readonly facts: Map<string, IssueFacts>;
  /** By the issue and their ids. */
  readonly events: Map<string, Map<string, IssueEvent>>;
  readonly moves: Map<string, string>;
  readonly decisions: IssueDecision[];
  readonly incidents: Map<string, Incident>;
  readonly digests: Map<string, Digest>;
};

/** What is kept of issues, by subdomain. */
export type MemoryIssueRecords = { readonly issueRecords: Map<string, RecordsOfAccount> };

/** The in-memory fake of `createIssueRecords`. Nothing comes between its reads and writes. */
export function createMemoryIssueRecords(
  { issueRecords }: MemoryIssueRecords,
  subdomain: string,
): IssueRecords {
  const records = issueRecords.get(subdomain) ?? emptyRecords();
  issueRecords.set(subdomain, records);
  const { facts, moves, decisions, incidents, digests } = records;
  return {
    allFacts: async () => new Map([...facts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    facts: async (id) => facts.get(id),
    async changeFacts(id, transition) {
      const { next, events = [], result } = transition(facts.get(id));
      if (next) {
        facts.set(id, next);
        addEvents(records, events);
      }
      return result;
    },
    events: (issueId, limit, cursor) => listEvents(records, { subdomain, issueId, limit, cursor }),
    putEvents: async (events) => addEvents(records, events),
    movedTo: (id) => followMoves(id, async (from) => moves.get(from)),
    async putMoves(list) {
      for (const { id, into } of list) moves.set(id, into);
    },
    decisions: async () => [...decisions],
    async decide(decision) {
      const numbered = { ...decision, number: decisions.length + 1 };
      decisions.push(numbered);
      return numbered;
    },
    recentIncidents: async (now) =>
      newestFirst(incidents)
        .filter((incident) => isRecent(incident, now))
        .toReversed(),
    incident: async (id) => incidents.get(id),
    listIncidents: (filter, limit, cursor) => listIncidents(records, { subdomain, ...filter }, limit, cursor),
    async putIncidents(list) {
      for (const incident of list) incidents.set(incident.id, incident);
    },
    digest: async (day) => digests.get(day),
    async putDigest(digest) {
      digests.set(digest.date, digest);
    },
    async reset() {
      for (const kept of [facts, records.events, moves, incidents, digests]) kept.clear();
      decisions.length = 0;
    },
  };
}

function emptyRecords(): RecordsOfAccount {
  return {
    facts: new Map(),
    events: new Map(),
    moves: new Map(),
    decisions: [],
    incidents: new Map(),
    digests: new Map(),
  };
}

function addEvents({ events }: RecordsOfAccount, added: readonly IssueEvent[]): void {
  for (const event of added) {
    const own = events.get(event.issueId) ?? new Map<string, IssueEvent>();
    events.set(event.issueId, own);
    if (!own.has(event.id)) own.set(event.id, event);
  }
}

function listEvents(
  { events }: RecordsOfAccount,
  asked: {
    readonly subdomain: string;
    readonly issueId: string;
    readonly limit: number;
    readonly cursor: string | undefined;
  },
) {
  const { subdomain, issueId, limit, cursor } = asked;
  const source = {
    list: EVENT_LIST,
    filter: { subdomain, issueId },
    async read(after: readonly string[] | undefined) {
      const end = after && readEventPosition(after);
      const hits = [...(events.get(issueId)?.values() ?? [])]
        .map((item) => ({ item, position: eventPosition(item) }))
        .filter(({ position }) => end === undefined || position[0] < end)
        .toSorted((a, b) => (a.position[0] < b.position[0] ? 1 : -1));
      return { hits, next: undefined };
    },
  };
  return fillPage(source, limit, cursor, 1);
}

function listIncidents(
  { incidents }: RecordsOfAccount,
  filter: { readonly subdomain: string } & IncidentFilter,
  limit: number,
  cursor: string | undefined,
) {
  const source = {
    list: INCIDENT_LIST,
    filter,
    async read(after: readonly string[] | undefined) {
      const end = after && readIncidentPosition(after);
      const hits = newestFirst(incidents)
        .filter((incident) => isListed(incident, filter))
        .filter(({ id }) => end === undefined || id < end)
        .map((item) => ({ item, position: incidentPosition(item) }));
      return { hits, next: undefined };
    },
  };
  return fillPage(source, limit, cursor, 1);
}

function newestFirst(incidents: ReadonlyMap<string, Incident>): Incident[] {
  return [...incidents.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
