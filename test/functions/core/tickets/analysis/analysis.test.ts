import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { contentHash } from '#core/json/content-hash.ts';
import { ANALYSIS_SCHEMA_VERSION, analysisSchema } from '#core/tickets/analysis/analysis.ts';
import { ANALYSIS } from '#test/functions/core/tickets/an-answer.ts';

describe('analysisSchema', () => {
  it('trap 45: has another version when its form is another one', () => {
    const form = contentHash(z.toJSONSchema(analysisSchema));
    expect([ANALYSIS_SCHEMA_VERSION, form]).toEqual([1, 'mhKMyLu9I5XRvzPiY1V1tg']);
  });

  it('takes an analysis, and none with another field, a longer text or a fourth reason', () => {
    const reason = ANALYSIS.reasons[0];
    expect(analysisSchema.safeParse(ANALYSIS).success).toBe(true);
    for (const wrong of [
      { extra: 1 },
      { statement: 'x'.repeat(161) },
      { severity: 'High' },
      { reasons: [reason, reason, reason, reason] },
    ]) {
      expect(analysisSchema.safeParse({ ...ANALYSIS, ...wrong }).success).toBe(false);
    }
  });
});
