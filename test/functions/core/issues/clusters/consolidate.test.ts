import { describe, expect, it } from 'vitest';
import { consolidate, type OperatorDecisions } from '#core/issues/clusters/consolidate.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';

const OBJECTS = ['card', 'password', 'video', 'invoice', 'printer', 'bookmark'];
const TEXTS = OBJECTS.flatMap((object) =>
  Array.from(
    { length: 20 },
    (_, at) =>
      `the ${object} ${['is lost', 'does not work', 'was deleted', 'looks wrong'][at % 4]} since update ${at}`,
  ),
);
const { vectors } = createVectorizer(TEXTS);

function run(issues: readonly (string | undefined)[], decisions: Partial<OperatorDecisions> = {}) {
  let ids = 0;
  return consolidate({
    vectors,
    tickets: TEXTS.map((_, row) => ({ id: `t${row}`, requester: `r${row}`, issue: issues[row] })),
    decisions: { together: [], apart: [], pinned: [], ...decisions },
    newId: () => {
      ids += 1;
      return `N${ids}`;
    },
  });
}
const NONE = TEXTS.map(() => undefined);

describe('consolidate', () => {
  const first = run(NONE).issues;

  it('gives every ticket an issue the first time', () => {
    expect(first).toHaveLength(TEXTS.length);
    expect(first.every((issue) => /^N\d+$/.test(issue))).toBe(true);
  });

  it('changes three in a hundred at most, however bad what it begins with', () => {
    const changed = (before: readonly string[]) =>
      run(before).issues.filter((issue, row) => issue !== before[row]).length / before.length;
    expect(changed(first)).toBe(0);
    expect(changed(TEXTS.map((_, row) => `bad-${row % 7}`))).toBeLessThanOrEqual(0.03);
  });

  it('keeps what an operator merged together', () => {
    const merged = first.map((issue, row) => (row < 40 ? first[0]! : issue));
    const together = [Array.from({ length: 40 }, (_, row) => `t${row}`), ['t0', 'gone']];
    expect(new Set(run(merged, { together }).issues.slice(0, 40)).size).toBe(1);
    expect(new Set(run(NONE, { together }).issues.slice(0, 40)).size).toBe(1);
  });

  it('keeps what an operator split apart', () => {
    const apart = [
      [
        ['t0', 't1'],
        ['t2', 't3', 'gone'],
      ],
    ];
    for (const issues of [NONE, first]) {
      const after = run(issues, { apart }).issues;
      expect(after.slice(0, 2).some((issue) => after.slice(2, 4).includes(issue))).toBe(false);
    }
  });

  it('keeps issues whole that an operator named, with their ids, and not merged with each other', () => {
    const named = TEXTS.map((_, row) => (row < 10 ? 'ours' : row < 20 ? 'theirs' : `rest-${row % 3}`));
    const after = run(named, { pinned: ['ours', 'theirs', 'gone'] }).issues;
    expect(after.slice(0, 10).every((issue) => issue === 'ours')).toBe(true);
    expect(after.slice(10, 20).every((issue) => issue === 'theirs')).toBe(true);
  });
});
