import * as z from 'zod';
import { type PackedJson, pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import type { IssueGeneration } from '#core/issues/issue-generation.ts';
import type { Blob } from './issue-blobs.ts';

/** A generation, and the blobs that it consists of. */
export type Directory = {
  readonly generation: IssueGeneration;
  readonly days: ReadonlyMap<string, Blob>;
  readonly counts: ReadonlyMap<string, Blob>;
  readonly issues: Blob;
};

/** A directory as it is stored. */
export function packDirectory({ generation, days, counts, issues }: Directory): PackedJson {
  const { number, publishedAt, syncedUntil, completeSince, decisions, consolidatedAt } = generation;
  return pack({
    ...{ number, publishedAt, syncedUntil, completeSince, decisions, consolidatedAt },
    days: [...days].map(([day, blob]) => [day, generation.days.get(day) ?? 0, ...packedBlob(blob)]),
    counts: [...counts].map(([day, blob]) => [day, ...packedBlob(blob)]),
    issues: packedBlob(issues),
  });
}

/** The directory in an attribute; undefined where it is none. */
export function readDirectory(packed: unknown): Directory | undefined {
  const parsed = storedDirectory.safeParse(unpackJson(packed));
  if (!parsed.success) return undefined;
  const { days, counts, issues, ...generation } = parsed.data;
  return {
    generation: {
      ...generation,
      days: new Map(days.map(([day, tickets]) => [day, tickets])),
      countedDays: new Set(counts.map(([day]) => day)),
    },
    days: new Map(days.map(([day, , ...blob]) => [day, blobIn(blob)])),
    counts: new Map(counts.map(([day, ...blob]) => [day, blobIn(blob)])),
    issues: blobIn(issues),
  };
}

/** Every blob that a directory names. */
export function blobsOf({ days, counts, issues }: Directory): readonly Blob[] {
  return [...days.values(), ...counts.values(), issues];
}

type PackedBlob = readonly [name: string, parts: number, bytes: number, fingerprint: string];

function packedBlob({ name, parts, bytes, fingerprint }: Blob): PackedBlob {
  return [name, parts, bytes, fingerprint];
}

function blobIn([name, parts, bytes, fingerprint]: PackedBlob): Blob {
  return { name, parts, bytes, fingerprint };
}

const text = z.string();
const count = z.int().min(0);

const storedDirectory = z.object({
  number: z.int().min(1),
  publishedAt: z.int(),
  syncedUntil: z.int(),
  completeSince: z.int(),
  decisions: count,
  consolidatedAt: z.int().nullable(),
  days: z.array(z.tuple([text, count, text, count, count, text])),
  counts: z.array(z.tuple([text, text, count, count, text])),
  issues: z.tuple([text, count, count, text]),
});
