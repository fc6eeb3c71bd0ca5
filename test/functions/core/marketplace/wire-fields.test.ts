import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parse } from '#core/json/json.ts';
import {
  digitsAsText,
  MAX_ID_BYTES,
  numbersByName,
  orderingTime,
  recordId,
  recordTime,
  tagsLeftOut,
  wireCount,
  wireNumber,
  wireObject,
  wireTags,
  wireVersion,
} from '#core/marketplace/wire-fields.ts';

/** A number that no double can stand for. */
const BIG = parse('12345678901234567890');
const REJECTED = Symbol('rejected');

/** What a field is read as. */
function read(field: z.ZodType, value: unknown): unknown {
  const parsed = field.safeParse(value);
  return parsed.success ? parsed.data : REJECTED;
}

describe('an id', () => {
  it.each([
    ['text', 'skill-1', 'skill-1'],
    ['digits', 42, '42'],
    ['digits below zero', -1, '-1'],
    ['more digits than a double has', BIG, '12345678901234567890'],
    ['as many bytes as it may have', 'é'.repeat(MAX_ID_BYTES / 2), 'é'.repeat(MAX_ID_BYTES / 2)],
    ['a byte more', `${'é'.repeat(MAX_ID_BYTES / 2)}x`, REJECTED],
    ['blank text', ' ', REJECTED],
    ['half a character', 'a\ud800', REJECTED],
    ['a fraction', 1.5, REJECTED],
    ['an exponent', parse('1e400'), REJECTED],
    ['nothing', undefined, REJECTED],
    ['a list', ['a'], REJECTED],
  ])('is text or a whole number: %s', (_what, value, expected) => {
    expect(read(recordId, value)).toBe(expected);
  });

  it('is read as its digits where it is a whole number, and else left as it is', () => {
    const list = ['a'];
    expect(digitsAsText(7)).toBe('7');
    expect(digitsAsText(7.5)).toBe(7.5);
    expect(digitsAsText(list)).toBe(list);
  });
});

describe('a time', () => {
  it.each([
    ['2026-03-02T09:00:00Z', true, true],
    ['2026-03-02T10:00:00.123456+01:00', true, true],
    ['2026-13-02T09:00:00Z', false, false],
    ['soon', false, false],
    [' ', false, true],
    [null, false, true],
    [undefined, false, true],
    [1_772_442_000, false, false],
  ])('that must be there, and one that orders versions: %s', (value, mustBeThere, orders) => {
    expect(recordTime.safeParse(value).success).toBe(mustBeThere);
    expect(orderingTime.safeParse(value).success).toBe(orders);
  });
});

describe('a number', () => {
  it.each([
    ['a number', 4.5, 4.5],
    ['text that is one', '4.5', 4.5],
    ['text with an exponent', '-1e2', -100],
    ['blank text', '  ', null],
    ['more digits than a double has', BIG, BIG],
    ['more than a double can say', parse('1e400'), REJECTED],
    ['text that begins as one', '4.5 stars', REJECTED],
    ['text in another base', '0x10', REJECTED],
    ['a leading zero', '007', REJECTED],
    ['a truth value', true, REJECTED],
    ['a list', [4], REJECTED],
    ['null', null, REJECTED],
  ])('is read from %s', (_what, value, expected) => {
    expect(read(wireNumber, value)).toEqual(expected);
  });
});

describe('a count', () => {
  it.each([
    ['a whole number', 3, 3],
    ['text that is one', '3', 3],
    ['a fraction that is none', '3.0', 3],
    ['zero below zero', parse('-0'), 0],
    ['blank text', '', null],
    ['the greatest', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['more than that', BIG, REJECTED],
    ['a fraction', 3.5, REJECTED],
    ['less than none', -1, REJECTED],
    ['no number', 'many', REJECTED],
  ])('is read from %s', (_what, value, expected) => {
    expect(read(wireCount, value)).toBe(expected);
  });
});

describe('a version', () => {
  it.each([
    ['text', 'v 1', 'v 1'],
    ['a number', 2, '2'],
    ['a number that is kept as text', BIG, '12345678901234567890'],
    ['a list', [1, 0], REJECTED],
    ['null', null, REJECTED],
  ])('is read from %s', (_what, value, expected) => {
    expect(read(wireVersion, value)).toBe(expected);
  });
});

describe('fields by name', () => {
  it.each([
    ['an object', { a: 1 }, { a: 1 }],
    ['an empty list', [], {}],
    ['blank text', ' ', {}],
    ['a list with something in it', [1], REJECTED],
    ['text', 'a', REJECTED],
    ['null', null, REJECTED],
  ])('are read from %s', (_what, value, expected) => {
    expect(read(wireObject, value)).toEqual(expected);
  });
});

describe('tags', () => {
  it.each([
    ['a list', ['a', ' b '], ['a', ' b ']],
    ['a list with what is no text', ['a', 1, null, 'b'], ['a', 'b']],
    ['text with commas', ' a, ,b,', ['a', 'b']],
    ['an object', { a: 1 }, REJECTED],
  ])('are read from %s', (_what, value, expected) => {
    expect(read(wireTags, value)).toEqual(expected);
  });

  it.each([
    [['a', 'b'], undefined],
    ['a,b', undefined],
    [['a', 1, 'b', null], 'tags.1, tags.3: must be text; left out'],
    [
      Array.from({ length: 8 }, () => 0),
      `${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `tags.${n}`).join(', ')}: must`,
    ],
    [Array.from({ length: 9 }, () => 0), 'tags.7…: must be text; left out'],
  ])('say which were left out: %j', (tags, expected) => {
    const reason = tagsLeftOut(tags);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(expected);
  });
});

describe('a number that is kept as text', () => {
  const messageOf = (field: z.ZodType, value: unknown) =>
    field.safeParse(value, { error: numbersByName }).error?.issues[0]?.message;

  it('is called what it is, and not what it is kept as', () => {
    expect(messageOf(z.string(), BIG)).toBe('Invalid input: expected string, received number');
    expect(messageOf(z.number(), BIG)).toBe('must be a number that can be represented');
    expect(messageOf(z.int(), BIG)).toBe('must be a number that can be represented');
  });

  it('leaves every other message as it is', () => {
    expect(messageOf(z.string(), 7)).toBe('Invalid input: expected string, received number');
    expect(messageOf(z.string(), {})).toBe('Invalid input: expected string, received object');
  });
});
