import * as z from 'zod';
import { pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import {
  type IssueDecision,
  type IssueEvent,
  IssueEventType,
  type IssueFacts,
  IssueStatus,
} from '#core/issues/issue.ts';

/**
 * The item of facts.
 *
 * @param outbox events of the same step, until they have rows of their own
 */
export function factsItem(key: Key, facts: IssueFacts, outbox: readonly IssueEvent[]) {
  return { ...key, json: pack(facts), ...(outbox.length === 0 ? {} : { outbox: pack(outbox) }) };
}

/** The facts in an item; undefined where it has none. */
export function readFacts(row: Row): IssueFacts | undefined {
  return storedFacts.safeParse(unpackJson(row.json)).data;
}

/** The events that have no row yet. */
export function readOutbox(row: Row): readonly IssueEvent[] {
  return z.array(storedEvent).safeParse(unpackJson(row.outbox)).data ?? [];
}

export function eventItem(key: Key, event: IssueEvent) {
  return { ...key, json: pack(event) };
}

/** The event in an item; undefined where it has none. */
export function readEvent(row: Row): IssueEvent | undefined {
  return storedEvent.safeParse(unpackJson(row.json)).data;
}

export function decisionItem(key: Key, decision: IssueDecision) {
  return { ...key, json: pack(decision) };
}

/** The decision in an item; undefined where it has none. */
export function readDecision(row: Row): IssueDecision | undefined {
  return storedDecision.safeParse(unpackJson(row.json)).data;
}

const text = z.string();

const storedFacts = z.object({
  id: text,
  version: z.int(),
  status: z.enum(IssueStatus),
  title: text.nullable(),
  owner: text.nullable(),
  note: text.nullable(),
  label: z
    .object({ title: text, description: text, model: text, labelledAt: z.int(), basis: text })
    .nullable(),
  listedAt: z.int().nullable(),
  resolvedAt: z.int().nullable(),
  reopenedAt: z.int().nullable(),
  hasMerged: z.boolean(),
});

const storedEvent = z.object({
  id: text,
  issueId: text,
  at: z.int(),
  type: z.enum(IssueEventType),
  by: text,
  data: z.record(text, z.union([text, z.number(), z.null()])),
});

const decided = { number: z.int().min(1), at: z.int(), by: text, issue: text, into: text };
const storedDecision = z.discriminatedUnion('type', [
  z.object({ ...decided, type: z.literal('merge') }),
  z.object({ ...decided, type: z.literal('split'), tickets: z.array(text), rest: z.array(text) }),
]);
