import * as z from 'zod';
import { pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { Incident } from '#core/issues/trends/incident.ts';

/** The item of an incident. `state` is there for lists. */
export function incidentItem(key: Key, incident: Incident) {
  const state = incident.closedAt === null ? 'open' : 'closed';
  return { ...key, state, json: pack({ ...incident, centroid: [...incident.centroid] }) };
}

/** The incident in an item; undefined where it has none. */
export function readIncident(row: Row): Incident | undefined {
  return storedIncident.safeParse(unpackJson(row.json)).data;
}

const text = z.string();

const storedIncident = z.object({
  id: text,
  title: text,
  openedAt: z.int(),
  closedAt: z.int().nullable(),
  isRetrospective: z.boolean(),
  openedHour: z.int(),
  lastHour: z.int(),
  series: z.array(text),
  issues: z.array(text),
  tickets: z.array(z.object({ id: text, requester: text.nullable() })),
  terms: z.array(text),
  centroid: z.array(z.tuple([z.number(), z.number()])).transform((pairs) => new Map(pairs)),
  windowHours: z.int(),
  observed: z.number(),
  expected: z.number(),
  p: z.number(),
});
