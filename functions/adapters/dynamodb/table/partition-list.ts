import { latestBelieved } from '#core/time/wrong-clock.ts';
import { invalid, type Position } from './cursor.ts';
import { toEpochSeconds } from './epoch-seconds.ts';
import type { Chunk, ListSource } from './fill-page.ts';
import { queryPage } from './query.ts';
import { MAX_SORT_KEY_BYTES, type Row, reportUnreadable, type Table } from './table.ts';

/** Items looked at in one read of a filtered list. */
const FILTERED_READ = 250;

/** A list of one partition, in the order of its sort keys, without what has expired. */
export type PartitionList<T> = {
  readonly list: string;
  readonly pk: string;
  readonly newestFirst?: boolean;
  /**
   * How long an item is kept at most. One that expires later has its time from a wrong clock and is left out as well.
   * Default: as long as it says.
   */
  readonly keptMs?: number;
  /** The smallest sort key in the list. Default: it has all of the partition. */
  readonly from?: string | undefined;
  /** Attributes and the values that they must have, or one of them; undefined ones don't count. */
  readonly filter: Readonly<Record<string, string | readonly string[] | undefined>>;
  parse(row: Row): T | undefined;
};

/** The partition as a source for `fillPage`. */
export function partitionSource<T>(table: Table, spec: PartitionList<T>, now: number): ListSource<T> {
  const { list, filter } = spec;
  return { list, filter, read: (after, want) => readChunk(table, spec, now, { after, want }) };
}

/** The latest expiry in such a list that is believed, in seconds since 1970; undefined where all are. */
export function latestExpiry<T>({ keptMs }: PartitionList<T>, now: number): number | undefined {
  return keptMs === undefined ? undefined : toEpochSeconds(latestBelieved(now, keptMs));
}

/** The sort key that a position of such a list stands for. @throws InvalidCursorError */
export function sortKeyIn(position: Position | undefined): string | undefined {
  if (position === undefined) return undefined;
  const [sk] = position;
  if (position.length !== 1 || !sk || Buffer.byteLength(sk) > MAX_SORT_KEY_BYTES) throw invalid();
  return sk;
}

async function readChunk<T>(
  table: Table,
  spec: PartitionList<T>,
  now: number,
  { after, want }: { readonly after: Position | undefined; readonly want: number },
): Promise<Chunk<T>> {
  const start = sortKeyIn(after);
  const asked = askedOf(spec);
  const latest = latestExpiry(spec, now);
  const isAlive = latest === undefined ? '#expiresAt > :now' : '#expiresAt > :now AND #expiresAt <= :latest';
  const { rows, next } = await queryPage(table, {
    KeyConditionExpression: spec.from === undefined ? '#pk = :pk' : '#pk = :pk AND #sk >= :from',
    FilterExpression: [isAlive, ...asked.map(({ text }) => text)].join(' AND '),
    ExpressionAttributeNames: {
      '#pk': 'pk',
      '#expiresAt': 'expiresAt',
      ...(spec.from === undefined ? {} : { '#sk': 'sk' }),
      ...Object.fromEntries(asked.map(({ name }) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':pk': spec.pk,
      ':now': toEpochSeconds(now),
      ...(latest === undefined ? {} : { ':latest': latest }),
      ...(spec.from === undefined ? {} : { ':from': spec.from }),
      ...Object.assign({}, ...asked.map(({ values }) => values)),
    },
    ...(start === undefined ? {} : { ExclusiveStartKey: { pk: spec.pk, sk: start } }),
    ScanIndexForward: !spec.newestFirst,
    Limit: asked.length > 0 ? Math.max(want, FILTERED_READ) : want,
    ConsistentRead: true,
  });
  return { hits: readHits(table, spec, rows), next: next && [String(next.sk)] };
}

/** The parts of a filter that narrow the list down, as they stand in the expression. */
function askedOf<T>({ filter }: PartitionList<T>) {
  return Object.entries(filter).flatMap(([name, wanted]) => {
    if (wanted === undefined) return [];
    if (typeof wanted === 'string')
      return [{ name, text: `#${name} = :${name}`, values: { [`:${name}`]: wanted } }];
    const values = Object.fromEntries(wanted.map((value, index) => [`:${name}_${index}`, value]));
    return [{ name, text: `#${name} IN (${Object.keys(values).join(', ')})`, values }];
  });
}

function* readHits<T>({ log }: Table, { list, parse }: PartitionList<T>, rows: readonly Row[]) {
  for (const row of rows) {
    const item = parse(row);
    if (item !== undefined) yield { item, position: [String(row.sk)] };
    else reportUnreadable(log, row, `not one of ${list}`);
  }
}
