import { describe, expect, it } from 'vitest';
import { corrected } from '#core/tickets/analysis/correction.ts';
import { ANALYSIS } from '#test/functions/core/tickets/an-answer.ts';

describe('Function: corrected', () => {
  it('takes the operator’s values, and the model’s where there are none', () => {
    expect(corrected(ANALYSIS, { kind: 'outage', severity: undefined, product_area: 'other' })).toEqual({
      ...ANALYSIS,
      kind: 'outage',
      product_area: 'other',
    });
    expect(corrected(ANALYSIS, {})).toEqual(ANALYSIS);
  });
});
