import { describe, expect, it } from 'vitest';
import { createTableInput, TICKETS_INDEX } from '#adapters/dynamodb/table/table-schema.ts';

describe('createTableInput', () => {
  const indexesOf = (options?: { tickets: boolean }) =>
    createTableInput('any', options).GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName);

  it('has the index of tickets unless there are none', () => {
    expect(indexesOf()).toContain(TICKETS_INDEX);
    expect(indexesOf({ tickets: false })).toEqual(['digests', 'catalogue', 'work']);
  });

  it('declares the keys of its indexes, and no other attribute', () => {
    const names = createTableInput('any', { tickets: false }).AttributeDefinitions?.map(
      ({ AttributeName }) => AttributeName,
    );
    expect(names).toEqual(['pk', 'sk', 'shard', 'category', 'work', 'dueAt']);
  });
});
