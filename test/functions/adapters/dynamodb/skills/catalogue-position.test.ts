import { describe, expect, it } from 'vitest';
import { positionAfter, readPosition, shardStart } from '#adapters/dynamodb/skills/catalogue-position.ts';
import { SHARDS, shardOf, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import { InvalidCursorError } from '#core/errors.ts';

const KEY = skillKey('s');
const SHARD = shardOf('s');
const OTHER_SHARD = SHARDS.find((shard) => shard !== SHARD) ?? '';
/** The longest category that the index holds as it is. */
const LONG = 'x'.repeat(512);

describe('Function: shardStart', () => {
  it('is the beginning of every shard, and of no other one', () => {
    const starts = SHARDS.map((_, n) => shardStart(n));
    expect(starts).toEqual(SHARDS.map((shard) => [shard]));
    expect(shardStart(SHARDS.length)).toBeUndefined();
  });
});

describe('Function: readPosition', () => {
  it('is at the beginning without a position', () => {
    expect(readPosition({}, undefined)).toEqual({ shard: 0 });
  });

  it('is at the beginning of a shard', () => {
    expect(readPosition({ category: 'data' }, shardStart(3))).toEqual({ shard: 3 });
  });

  it.each([
    ['of any category', {}, 'data'],
    ['of the one asked for', { category: 'data' }, 'data'],
    ['of no category, where that is asked for', { category: '' }, '-'],
    ['of a category that is cut', { category: `${LONG}y` }, LONG],
  ])('is after an entry %s', (_what, filter, category) => {
    const row = { shard: SHARD, category, ...KEY };
    const position = readPosition(filter, positionAfter(row));
    expect(position).toEqual({ shard: Number(SHARD), after: row });
  });

  it.each([
    ['of a shard that there is not', {}, [String(SHARDS.length)]],
    ['of what is no shard', {}, ['x']],
    ['without the item', {}, [SHARD, 'data']],
    ['of an item that is no skill', {}, [SHARD, 'data', 'RUNS']],
    ['of no id', {}, [SHARD, 'data', 'SKILL#']],
    ['of a skill in another shard', {}, [OTHER_SHARD, 'data', KEY.pk]],
    ['of another category', { category: 'web' }, [SHARD, 'data', KEY.pk]],
    ['of a category that is no key', {}, [SHARD, `${LONG}y`, KEY.pk]],
    ['of no category', {}, [SHARD, '', KEY.pk]],
    ['with a part too many', {}, [SHARD, 'data', KEY.pk, 'more']],
  ])('rejects one %s', (_what, filter, position) => {
    expect(() => readPosition(filter, position)).toThrow(InvalidCursorError);
  });
});
