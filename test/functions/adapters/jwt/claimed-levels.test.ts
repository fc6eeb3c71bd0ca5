import { describe, expect, it } from 'vitest';
import { claimedLevels } from '#adapters/jwt/claimed-levels.ts';

const GROUPS = 'cognito:groups';

describe('Function: claimedLevels', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a list', ['a', 'INTERN', 'STUDENT'], ['a', 'INTERN', 'STUDENT']],
    ['one name as text', 'INTERN', ['INTERN']],
    ['several names with spaces', ' INTERN  STUDENT ', ['INTERN', 'STUDENT']],
    ['several names with commas', 'INTERN,STUDENT, a', ['INTERN', 'STUDENT', 'a']],
    ['an empty text', '', []],
    ['what is no text', [1, null, ['AUTONOMOUS'], { a: 1 }], []],
    ['an object', { AUTONOMOUS: true }, []],
    ['a number', 4, []],
    ['nothing', undefined, []],
  ])('reads %s in the claim', (_what, value, names) => {
    expect(claimedLevels({ [GROUPS]: value }, GROUPS)).toEqual(names);
  });

  it('keeps a name of a list whole: a group may have a space in its name', () => {
    expect(claimedLevels({ roles: ['not AUTONOMOUS'] }, 'roles')).toEqual(['not AUTONOMOUS']);
  });

  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ['realm_access.roles', { realm_access: { roles: ['INTERN'] } }, ['INTERN']],
    [
      'resource_access.atom-sync.roles',
      { resource_access: { 'atom-sync': { roles: ['INTERN'] } } },
      ['INTERN'],
    ],
    ['https://atom.example.com/levels', { 'https://atom.example.com/levels': ['INTERN'] }, ['INTERN']],
    ['a.b', { 'a.b': 'STUDENT', a: { b: 'INTERN' } }, ['STUDENT']],
    ['a.b', { 'a.b': undefined, a: { b: 'INTERN' } }, []],
    ['realm_access.roles', { realm_access: null }, []],
    ['realm_access.roles', { realm_access: 'INTERN' }, []],
    ['realm_access.roles.length', { realm_access: { roles: 'INTERN' } }, []],
    ['constructor.name', {}, []],
    ['__proto__.roles', {}, []],
    [GROUPS, { groups: ['AUTONOMOUS'] }, []],
  ])('finds the claim %s in %j', (claim, payload, names) => {
    expect(claimedLevels(payload, claim)).toEqual(names);
  });

  it.each<[Record<string, unknown>, readonly string[]]>([
    [{ scope: 'atom-sync/SUPERVISED' }, ['SUPERVISED']],
    [{ scope: 'openid atom-sync/STUDENT email atom-sync/INTERN' }, ['STUDENT', 'INTERN']],
    [{ scp: ['openid', 'atom-sync/STUDENT'] }, ['STUDENT']],
    [{ scp: 'openid atom-sync/STUDENT' }, ['STUDENT']],
    [{ scope: 'AUTONOMOUS other/AUTONOMOUS atom-sync' }, []],
    [{ scope: { 'atom-sync/AUTONOMOUS': 1 } }, []],
  ])('reads the scopes of %j', (payload, names) => {
    expect(claimedLevels(payload, GROUPS)).toEqual(names);
  });

  it('reads both, of people and of machines', () => {
    expect(claimedLevels({ [GROUPS]: ['INTERN'], scope: 'atom-sync/SUPERVISED' }, GROUPS)).toEqual([
      'INTERN',
      'SUPERVISED',
    ]);
  });
});
