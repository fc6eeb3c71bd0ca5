import { describe, expect, it } from 'vitest';
import { analysisCost, leastMicroUsd } from '#functions/admin-api/tickets/analysis-cost.ts';
import { TICKET_SETTINGS } from '#test/functions/admin-api/example-tickets.ts';

const short = { subject: 'Export fails', body: 'It does not end.' };
const long = { subject: 'Export fails', body: 'It does not end. '.repeat(200) };

describe('Function: analysisCost', () => {
  it('is within the target of the contract for tickets as they are', () => {
    const { microUsd } = analysisCost(1_000, [short], TICKET_SETTINGS, 'batch');

    expect(microUsd / 1_000_000).toBeGreaterThan(0.1);
    expect(microUsd / 1_000_000).toBeLessThan(0.3);
  });

  it('grows with the texts, and is half in a batch', () => {
    const of = (text: typeof short, mode: 'direct' | 'batch') =>
      analysisCost(10, [text], TICKET_SETTINGS, mode).microUsd;

    expect(of(long, 'direct')).toBeGreaterThan(of(short, 'direct'));
    expect(of(long, 'batch') / of(long, 'direct')).toBeCloseTo(0.5, 1);
  });

  it('takes the middle of several texts', () => {
    const both = analysisCost(2, [short, long], TICKET_SETTINGS, 'direct').inputTokens;
    const each = [short, long].map((text) => analysisCost(1, [text], TICKET_SETTINGS, 'direct').inputTokens);

    expect(Math.abs(both - (each[0]! + each[1]!))).toBeLessThan(3);
  });
});

describe('Function: leastMicroUsd', () => {
  it('is more than a ticket costs, and less than a cent', () => {
    const least = leastMicroUsd(TICKET_SETTINGS);

    expect(least).toBeGreaterThan(analysisCost(1, [], TICKET_SETTINGS, 'direct').microUsd);
    expect(least).toBeLessThan(10_000);
  });
});
