import { describe, expect, it } from 'vitest';
import { asksForRedrive } from '#functions/rating-sync/redrive-request.ts';

describe('Function: asksForRedrive', () => {
  it('is true for the order of an admin', () => {
    expect(asksForRedrive({ trigger: 'manual', run_id: 'x', redrive: true })).toBe(true);
  });

  it.each([[undefined], [null], ['redrive'], [{}], [{ redrive: false }], [{ redrive: 'true' }]])(
    'is false for anything else: %j',
    (event) => {
      expect(asksForRedrive(event)).toBe(false);
    },
  );
});
