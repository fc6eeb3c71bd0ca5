import { describe, expect, it } from 'vitest';
import { translateCron } from '#core/runs/cron-fields.ts';

describe('Function: translateCron', () => {
  it('writes out seconds, weekdays from Sunday = 0, and the year', () => {
    expect(translateCron('0 3 ? * 2-6 *')).toBe('0 0 3 * * 1,2,3,4,5 *');
  });

  it.each([
    ['0 8 L * ? *', '0 0 8 L * * *'],
    ['0 8 LW * ? *', '0 0 8 LW * * *'],
    ['0 8 15W * ? *', '0 0 8 15W * * *'],
    ['0 8 ? * L *', '0 0 8 * * 6 *'],
    ['0 8 ? * FRIL *', '0 0 8 * * 5#L *'],
    ['0 8 ? * 3#2 2026-2028', '0 0 8 * * 2#2 2026,2027,2028'],
  ])('writes %s as %s', (fields, pattern) => {
    expect(translateCron(fields)).toBe(pattern);
  });

  it.each(['', '0 3 * * *', '0 3 * * * *', '0 3 ? * ? *', '60 3 * * ? *', '0 3 L-3 * ? *', '0 3 ? * 3#6 *'])(
    'refuses "%s"',
    (fields) => {
      expect(() => translateCron(fields)).toThrow(
        expect.objectContaining({ code: 'cron_expression_invalid', retryable: false }),
      );
    },
  );
});
