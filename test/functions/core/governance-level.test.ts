import { describe, expect, it } from 'vitest';
import { Level, nameInScope, scopeOf } from '#core/governance-level.ts';

describe('The scope of a level', () => {
  it('is of the resource server atom-sync, and names the level', () => {
    expect(Object.values(Level).map(scopeOf)).toEqual([
      'atom-sync/STUDENT',
      'atom-sync/INTERN',
      'atom-sync/SUPERVISED',
      'atom-sync/AUTONOMOUS',
    ]);
    expect(Object.values(Level).map((level) => nameInScope(scopeOf(level)))).toEqual(Object.values(Level));
  });

  it.each([
    'AUTONOMOUS',
    'atom-syncAUTONOMOUS',
    'other/AUTONOMOUS',
    'ATOM-SYNC/AUTONOMOUS',
    'x atom-sync/STUDENT',
    '',
  ])('is not "%s"', (scope) => expect(nameInScope(scope)).toBeUndefined());
});
