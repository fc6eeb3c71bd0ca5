import { describe, expect, it } from 'vitest';
import { asksForOlder } from '#functions/skill-sync/older-request.ts';

describe('Function: asksForOlder', () => {
  it('hears the order of an admin', () => {
    expect(asksForOlder({ trigger: 'manual', run_id: 'x', accept_older: true })).toBe(true);
  });

  it.each([
    [undefined],
    [null],
    ['accept_older'],
    [{}],
    [{ accept_older: false }],
    [{ accept_older: 'true' }],
    [{ trigger: 'schedule', scheduled_time: '2026-02-19T10:30:00Z' }],
  ])('takes nothing else for one: %j', (event) => {
    expect(asksForOlder(event)).toBe(false);
  });
});
