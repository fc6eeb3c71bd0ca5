import { describe, expect, it } from 'vitest';
import { patched } from '#core/issues/operate/patched.ts';
import { ago, factsOf, NOW } from '../summaries/grouped.ts';

const BY = { by: 'anna', at: NOW };

describe('patched', () => {
  it('changes what is given, with an event for each field', () => {
    const { next, events, result } = patched(
      'A',
      { title: '  Export fails ', status: 'acknowledged', owner: 'team-a', note: 'known' },
      { ...BY, expected: 0 },
    )(undefined);
    expect(next).toMatchObject({
      version: 1,
      title: 'Export fails',
      status: 'acknowledged',
      owner: 'team-a',
    });
    expect(events?.map(({ id, type, data }) => [id, type, data])).toEqual([
      ['renamed-v1', 'renamed', { from: null, to: 'Export fails' }],
      ['status-v1', 'status', { from: 'open', to: 'acknowledged' }],
      ['owner-v1', 'owner', { from: null, to: 'team-a' }],
      ['note-v1', 'note', { from: null, to: 'known' }],
    ]);
    expect(events?.every(({ by, at, issueId }) => by === 'anna' && at === NOW && issueId === 'A')).toBe(true);
    expect(result).toMatchObject({ isChanged: true, isStale: false });
  });

  it('is stale when somebody else was faster, and changes nothing', () => {
    const before = factsOf('A', { version: 3 });
    const { next, result } = patched('A', { title: 'x' }, { ...BY, expected: 2 })(before);
    expect(next).toBeUndefined();
    expect(result).toEqual({ facts: before, isChanged: false, isStale: true });
    expect(patched('A', { title: 'x' }, BY)(before).next?.version).toBe(4);
  });

  it('changes nothing that has the value already', () => {
    const before = factsOf('A', { title: 'x', owner: 'o', status: 'resolved', resolvedAt: ago(1) });
    expect(patched('A', { title: 'x', status: 'resolved' }, BY)(before).result.isChanged).toBe(false);
    expect(patched('A', {}, BY)(before).next).toBeUndefined();
  });

  it('takes texts away, by null or by nothing in them', () => {
    const before = factsOf('A', { title: 'x', owner: 'o', note: 'n' });
    const { next } = patched('A', { title: null, owner: '  ' }, BY)(before);
    expect(next).toMatchObject({ title: null, owner: null, note: 'n' });
  });

  it('knows since when an issue is resolved, which ends a regression', () => {
    const before = factsOf('A', { reopenedAt: ago(1) });
    const resolved = patched('A', { status: 'resolved' }, BY)(before).next;
    expect(resolved).toMatchObject({ resolvedAt: NOW, reopenedAt: null });
    expect(patched('A', { status: 'open' }, BY)(resolved).next).toMatchObject({ resolvedAt: null });
    expect(patched('A', { status: 'acknowledged' }, BY)(before).next).toMatchObject({ reopenedAt: ago(1) });
  });
});
