import { describe, expect, it } from 'vitest';
import { allOf, IS_NEW, isStill, onlyIf, updateIf } from '#adapters/dynamodb/table/expression.ts';

describe('Function: updateIf', () => {
  it('names every attribute and value, of the changes and of the condition', () => {
    const changes = {
      set: { a: 1, left: undefined },
      remove: ['b'],
      add: { c: 2, d: undefined },
      compute: { fence: 'if_not_exists(#fence, :zero) + :one' },
      values: { ':zero': 0, ':one': 1 },
    };
    expect(updateIf(changes, isStill('version', 3))).toEqual({
      UpdateExpression: 'SET #a = :a, #fence = if_not_exists(#fence, :zero) + :one REMOVE #b ADD #c :c',
      ConditionExpression: '#version = :read_',
      ExpressionAttributeNames: { '#a': 'a', '#b': 'b', '#c': 'c', '#fence': 'fence', '#version': 'version' },
      ExpressionAttributeValues: { ':a': 1, ':c': 2, ':zero': 0, ':one': 1, ':read_': 3 },
    });
  });

  it('has no map of values where there are none: DynamoDB refuses an empty one', () => {
    expect(updateIf({ remove: ['b'] })).toEqual({
      UpdateExpression: 'REMOVE #b',
      ExpressionAttributeNames: { '#b': 'b' },
    });
    expect(onlyIf(IS_NEW)).toEqual({
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': 'pk' },
    });
  });
});

describe('Function: allOf', () => {
  it('joins conditions with their names and values', () => {
    expect(allOf(IS_NEW, isStill('a', 1))).toEqual({
      text: 'attribute_not_exists(#pk) AND #a = :read_',
      names: { '#pk': 'pk', '#a': 'a' },
      values: { ':read_': 1 },
    });
  });
});
