import { describe, expect, it } from 'vitest';
import type { Expression } from '#adapters/dynamodb/table/expression.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import {
  conditionOver,
  KEEP_FENCE,
  orderCondition,
  storedVersion,
} from '#adapters/dynamodb/table/version-condition.ts';
import { incomingVersion } from '#core/skills/version-order.ts';
import { MINUTE, seen, T0, version } from '#test/contracts/versions.ts';

const incoming = incomingVersion(version('s', MINUTE), seen(MINUTE, { fence: 3 }));
const unfenced = incomingVersion(version('s', MINUTE), seen(MINUTE, { fence: undefined }));
const LOWER = incomingVersion(version('s', 0), seen(0)).rank;
const HIGHER = incomingVersion(version('s', 2 * MINUTE), seen(2 * MINUTE)).rank;
const NOW_SECONDS = (T0 + MINUTE) / 1_000;
const ALIVE = { pk: 'SKILL#s', rank: LOWER, fence: 3, expiresAt: NOW_SECONDS + 60 };

/** Whether DynamoDB would find that a condition of ORs of ANDs holds: a comparison with nothing never does. */
function holds({ text, names, values }: Expression, row: Row): boolean {
  const isTrue = (part: string): boolean => {
    const absent = /^attribute_not_exists\((#\w+)\)$/.exec(part);
    if (absent) return row[names[absent[1] ?? ''] ?? ''] === undefined;
    const [, name = '', operator, value = ''] = /^(#\w+) (<=|=) (:\w+)$/.exec(part) ?? [];
    const [stored, given] = [row[names[name] ?? ''], values[value]];
    if (operator === undefined || given === undefined) throw new Error(`Not understood: ${part}`);
    return operator === '=' ? stored === given : isAtMost(stored, given);
  };
  return text.split(' OR ').some((alternative) => alternative.split(' AND ').every(isTrue));
}

function isAtMost(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b;
  return typeof a === 'string' && typeof b === 'string' && a <= b;
}

describe('Function: orderCondition', () => {
  it.each([
    ['nothing is stored', {}, true],
    ['what is stored ranks lower', ALIVE, true],
    ['what is stored ranks the same', { ...ALIVE, rank: incoming.rank }, true],
    ['what is stored ranks higher', { ...ALIVE, rank: HIGHER }, false],
    ['that has expired', { ...ALIVE, rank: HIGHER, expiresAt: NOW_SECONDS }, true],
    ['that has a second left', { ...ALIVE, rank: HIGHER, expiresAt: NOW_SECONDS + 1 }, false],
    ['it has no rank', { ...ALIVE, rank: undefined }, false],
    ['it has no expiry', { ...ALIVE, expiresAt: undefined }, true],
    ['an earlier holder of the lease wrote it', { ...ALIVE, fence: 2 }, true],
    ['a later holder wrote it', { ...ALIVE, fence: 4 }, false],
    ['a later holder wrote it and it has expired', { ...ALIVE, fence: 4, expiresAt: NOW_SECONDS }, false],
  ])('says whether to write where %s', (_what, row, expected) => {
    expect(holds(orderCondition(incoming), row)).toBe(expected);
  });

  it('knows no fence where the writer has none', () => {
    expect(holds(orderCondition(unfenced), { ...ALIVE, fence: 99 })).toBe(true);
    expect(orderCondition(unfenced).names).not.toHaveProperty('#fence');
  });

  it('asks for the shape besides, unless nothing is stored', () => {
    const shape: Expression = {
      text: 'attribute_not_exists(#edited)',
      names: { '#edited': 'edited' },
      values: {},
    };
    const condition = orderCondition(incoming, shape);
    expect(holds(condition, {})).toBe(true);
    expect(holds(condition, ALIVE)).toBe(true);
    expect(holds(condition, { ...ALIVE, edited: 1 })).toBe(false);
    expect(holds(condition, { ...ALIVE, rank: HIGHER, expiresAt: NOW_SECONDS, edited: 1 })).toBe(false);
  });

  it('has no parentheses but those of a function', () => {
    expect(orderCondition(incoming).text.replaceAll(/attribute_not_exists\(#\w+\)/g, '')).not.toContain('(');
  });
});

describe('Function: conditionOver', () => {
  it.each([
    ['nothing was read', undefined],
    ['what was read has no rank', {}],
    ['what was read ranks lower', { rank: LOWER }],
    ['what was read ranks the same', { rank: incoming.rank }],
  ])('is the order of versions where %s', (_what, stored) => {
    expect(conditionOver(stored, incoming)).toEqual(orderCondition(incoming));
  });

  it('writes over something newer only where it is exactly what was read', () => {
    const condition = conditionOver({ rank: HIGHER }, incoming);
    const read = { ...ALIVE, rank: HIGHER };
    expect(holds(condition, read)).toBe(true);
    expect(holds(condition, { ...read, fence: 4 })).toBe(false);
    expect(holds(condition, ALIVE)).toBe(false);
    expect(holds(condition, {})).toBe(false);
    expect(holds(conditionOver({ rank: HIGHER }, unfenced), { ...read, fence: 99 })).toBe(true);
  });
});

describe('Function: storedVersion', () => {
  const row = { rank: 'r', updatedAt: 'u', hash: 'h', expiresAt: 7, fence: 2, deletedAt: 5 };

  it('reads times in milliseconds', () => {
    expect(storedVersion(row)).toEqual({ ...row, expiresAt: 7_000 });
  });

  it('goes by another expiry where it is given one', () => {
    expect(storedVersion(row, 9).expiresAt).toBe(9_000);
  });

  it('takes what can’t be read for absent', () => {
    const damaged = { rank: 1, updatedAt: null, hash: 2, expiresAt: '7', fence: '2', deletedAt: true };
    expect(Object.values(storedVersion(damaged))).toEqual(Array.from({ length: 6 }, () => undefined));
  });
});

describe('KEEP_FENCE', () => {
  it('keeps the stored fence, and is 0 where there is none: no comparison is with nothing', () => {
    expect(KEEP_FENCE).toEqual({
      compute: { fence: 'if_not_exists(#fence, :noFence)' },
      values: { ':noFence': 0 },
    });
  });
});
