import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '#adapters/dynamodb/table/cursor.ts';
import { InvalidCursorError } from '#core/errors.ts';

const AFTER = ['a', 'ü"'];
const cursor = encodeCursor('runs', { job: 'x' }, AFTER);
const changed = (change: (parts: unknown[]) => unknown) =>
  Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(cursor, 'base64url').toString())))).toString(
    'base64url',
  );

describe('a cursor', () => {
  it('gives back the position that it was made of', () => {
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor('runs', { job: 'x' }, cursor)).toEqual(AFTER);
  });

  it.each([
    ['another list', 'audit', { job: 'x' }, cursor],
    ['another filter', 'runs', { job: 'y' }, cursor],
    ['a cursor that is cut off', 'runs', { job: 'x' }, cursor.slice(0, -4)],
    ['one that is not base64url', 'runs', { job: 'x' }, `${cursor}=`],
    ['one that is too long', 'runs', { job: 'x' }, 'a'.repeat(4_097)],
    ['no JSON', 'runs', { job: 'x' }, Buffer.from('[1').toString('base64url')],
    ['no list', 'runs', { job: 'x' }, Buffer.from('{}').toString('base64url')],
    ['another version', 'runs', { job: 'x' }, changed(([, ...rest]) => [0, ...rest])],
    ['another position', 'runs', { job: 'x' }, changed(([version, , ...rest]) => [version, 'b', ...rest])],
    [
      'a part that is no text',
      'runs',
      { job: 'x' },
      changed(([version, , ...rest]) => [version, 1, ...rest]),
    ],
  ])('is refused for %s', (_what, list, filter, text) => {
    expect(() => decodeCursor(list, filter, text)).toThrow(InvalidCursorError);
  });
});
