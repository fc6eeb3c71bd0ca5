import { describe, expect, it } from 'vitest';
import { evaluate } from './metric-math.ts';

const SERIES: Record<string, readonly (number | undefined)[]> = {
  a: [1, undefined, 3],
  b: [10, undefined, undefined],
};
const math = (expression: string) => evaluate(expression, (id) => SERIES[id]!);

describe('Function: evaluate', () => {
  it.each([
    ['a', [1, undefined, 3]],
    ['FILL(a, 0)', [1, 0, 3]],
    ['a + b', [11, undefined, 3]],
    ['SUM([a, b])', [11, undefined, 3]],
    ['2 * a - 1', [1, undefined, 5]],
    ['a / b', [0.1, undefined, undefined]],
    ['IF(FILL(a, 0) >= 2, 100 * a, 0)', [0, 0, 300]],
    ['SUM([a, 0 - 1000 * b])', [-9_999, undefined, 3]],
    ['FILL(SUM([0 * a, b]), 7)', [10, 7, 0]],
  ])('makes of %s what CloudWatch does', (expression, values) => {
    expect(math(expression)).toEqual(values);
  });

  it('leaves a metric without any value empty, where that is the rule', () => {
    const none = () => [undefined, undefined];
    expect(evaluate('FILL(a, 0)', none, { fillsEmpty: false })).toEqual([undefined, undefined]);
    expect(evaluate('FILL(a, 0)', none)).toEqual([0, 0]);
  });

  it.each(['MAX(a)', 'a +', 'a b', 'a & b'])('refuses %s', (expression) => {
    expect(() => math(expression)).toThrow();
  });
});
