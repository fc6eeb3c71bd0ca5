import { sleep } from '#adapters/clock/sleep.ts';
import type { Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import { reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import type { Digest } from '#core/issues/trends/digest.ts';
import { deleteRows } from './delete-rows.ts';
import { digestItem, readDigest } from './digest-item.ts';
import { decide, readDecisions } from './issue-decisions.ts';
import { listEvents, putEvents } from './issue-events.ts';
import { changeFacts, readAllFacts, readFactsOf } from './issue-facts.ts';
import { listIncidents, putIncidents, readIncidentOf, readRecent } from './issue-incidents.ts';
import { ISSUE_ROWS, issuesPartition, rowKey } from './issue-keys.ts';
import { followMoves } from './issue-moves.ts';
import type { RecordTable } from './record-table.ts';

const WRITES_AT_ONCE = 8;
const { facts, event, moved, decision, incident, recent, digest: digestRow } = ISSUE_ROWS;
const RECORDS = [facts, event, moved, decision, incident, recent, digestRow];

/**
 * What is kept of issues besides generations, in DynamoDB: a row each, all in the partition of the account's issues, so
 * that a reset finds them all.
 *
 * @param timing for the waits of throttled reads; real time where it is absent
 */
export function createIssueRecords(
  table: Table,
  subdomain: string,
  timing: Timing = { sleep, random: Math.random },
): IssueRecords {
  const store: RecordTable = { table, subdomain, pk: issuesPartition(subdomain), timing };
  return {
    allFacts: () => readAllFacts(store),
    facts: (id) => readFactsOf(store, id),
    changeFacts: (id, transition) => changeFacts(store, id, transition),
    async events(issueId, limit, cursor) {
      // First what is still in the outbox.
      if (cursor === undefined) await readFactsOf(store, issueId);
      return listEvents(store, issueId, limit, cursor);
    },
    putEvents: (events) => putEvents(store, events),
    movedTo: (id) => followMoves(id, (from) => readMove(store, from)),
    putMoves: (moves) => putMoves(store, moves),
    decisions: () => readDecisions(store),
    decide: (decided) => decide(store, decided),
    recentIncidents: (now) => readRecent(store, now),
    incident: (id) => readIncidentOf(store, id),
    listIncidents: (filter, limit, cursor) => listIncidents(store, filter, limit, cursor),
    putIncidents: (incidents, now = Number.NEGATIVE_INFINITY) => putIncidents(store, incidents, now),
    digest: (day) => readDigestOf(store, day),
    async putDigest(made) {
      const key = rowKey(store.pk, ISSUE_ROWS.digest, made.date);
      if (key) await putItem(table, digestItem(key, made));
    },
    reset: () => deleteRows(table, store.pk, RECORDS),
  };
}

async function readMove({ table, pk }: RecordTable, id: string): Promise<string | undefined> {
  const key = rowKey(pk, ISSUE_ROWS.moved, id);
  const into = key && (await getItem(table, key))?.into;
  return typeof into === 'string' ? into : undefined;
}

async function putMoves(
  { table, pk }: RecordTable,
  moves: readonly { readonly id: string; readonly into: string }[],
): Promise<void> {
  await inParallel(moves, WRITES_AT_ONCE, async ({ id, into }) => {
    const key = rowKey(pk, ISSUE_ROWS.moved, id);
    if (key) await putItem(table, { ...key, into });
  });
}

async function readDigestOf({ table, pk }: RecordTable, day: string): Promise<Digest | undefined> {
  const key = rowKey(pk, ISSUE_ROWS.digest, day);
  const row = key && (await getItem(table, key));
  const made = row && readDigest(row);
  if (row && made === undefined) reportUnreadable(table.log, row, 'no digest');
  return made;
}
