import { expect, it } from 'vitest';
import { rowOf } from '#core/issues/clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';
import { RowPicker } from '#core/issues/summaries/row-picker.ts';

it('takes rows with only their features, which stay as alike as they were', () => {
  const { vectors } = createVectorizer(
    [
      'export fails today',
      'export fails again',
      'sign in fails',
      'sign in never works',
      'export again',
    ].flatMap((text) => [text, text, text]),
  );
  const picker = new RowPicker(vectors);
  const dot = (rows: typeof vectors, a: number, b: number) => {
    const [one, other] = [rowOf(rows, a), rowOf(rows, b)];
    const values = new Map([...one.indices].map((feature, at) => [feature, one.values[at] ?? 0]));
    return [...other.indices].reduce(
      (sum, feature, at) => sum + (values.get(feature) ?? 0) * (other.values[at] ?? 0),
      0,
    );
  };
  for (const rows of [[0, 3, 6], [9], [], [6, 0, 12, 14]]) {
    const picked = picker.pick(rows);
    expect(picked.rows).toBe(rows.length);
    expect(Math.max(-1, ...picked.indices)).toBe(picked.features - 1);
    rows.forEach((a, one) => {
      rows.forEach((b, other) => {
        expect(dot(picked, one, other)).toBeCloseTo(dot(vectors, a, b), 6);
      });
    });
  }
});
