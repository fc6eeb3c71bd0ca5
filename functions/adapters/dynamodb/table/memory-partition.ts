import { toEpochSeconds } from './epoch-seconds.ts';
import type { ListSource } from './fill-page.ts';
import { latestExpiry, type PartitionList, sortKeyIn } from './partition-list.ts';
import type { Row } from './table.ts';
import { compareUtf8 } from './utf8-order.ts';

/** The in-memory counterpart of `partitionSource`: the items of one partition, in order, in one read. */
export function memoryPartitionSource<T>(
  items: Iterable<Row & { readonly sk: string; readonly expiresAt: number }>,
  spec: PartitionList<T>,
  now: number,
): ListSource<T> {
  const direction = spec.newestFirst ? -1 : 1;
  const asked = Object.entries(spec.filter).filter(([, value]) => value !== undefined);
  const latest = latestExpiry(spec, now) ?? Number.POSITIVE_INFINITY;
  return {
    list: spec.list,
    filter: spec.filter,
    async read(after) {
      const start = sortKeyIn(after);
      const hits = [...items]
        .filter(
          (item) =>
            item.expiresAt > toEpochSeconds(now) &&
            item.expiresAt <= latest &&
            (spec.from === undefined || compareUtf8(item.sk, spec.from) >= 0) &&
            asked.every(([name, wanted]) =>
              typeof wanted === 'object' ? wanted.includes(String(item[name])) : item[name] === wanted,
            ),
        )
        .filter(({ sk }) => start === undefined || direction * compareUtf8(sk, start) > 0)
        .sort((a, b) => direction * compareUtf8(a.sk, b.sk))
        .flatMap((row) => {
          const item = spec.parse(row);
          return item === undefined ? [] : [{ item, position: [row.sk] }];
        });
      return { hits, next: undefined };
    },
  };
}
