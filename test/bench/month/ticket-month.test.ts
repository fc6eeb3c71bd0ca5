import { describe, expect, it } from 'vitest';
import { usd } from '#bench/month/render-month.ts';
import { ticketLines } from '#bench/month/ticket-month.ts';
import { CLAUDE_PRICES } from '#core/tickets/analysis/prices.ts';
import { PRICES } from '#lib/prices.ts';

const MEMORY = { 'ticket-sync': 512, 'ticket-analysis': 512, 'ticket-issues': 3_008 };
const dollars = (tickets: number, what: RegExp) =>
  ticketLines(tickets, MEMORY)
    .filter((line) => what.test(line.what))
    .reduce((sum, line) => sum + usd(line), 0);

describe('ticketLines', () => {
  it('has nothing where no Zendesk is configured', () => {
    expect(ticketLines(0, MEMORY)).toEqual([]);
  });

  it('reckons $0.375 of Claude for 1,000 tickets that are analysed in their hour', () => {
    expect(dollars(10_000, /^Tickets: Claude/)).toBeCloseTo(10 * 0.375, 10);
    expect(dollars(10_000, /batches/)).toBe(0);
  });

  it('reckons half of that for those of a backfill, beyond 200 an hour', () => {
    const direct = 200 * 720;
    expect(dollars(direct + 50_000, /batches/)).toBeCloseTo((50 * 0.375) / 2, 10);
    expect(dollars(direct + 50_000, /Tickets: Claude, /)).toBeCloseTo(
      dollars(direct, /Tickets: Claude, /),
      10,
    );
  });

  it('reckons $0.375 of Claude for the names of what 10,000 tickets are about, and a dollar or two for the rest', () => {
    expect(dollars(10_000, /^Issues: Claude/)).toBeCloseTo(0.375, 3);
    const rest = dollars(10_000, /^Issues/) - dollars(10_000, /^Issues: Claude/);
    expect(rest).toBeGreaterThan(0.5);
    expect(rest).toBeLessThan(2);
  });

  it('costs what the syncs cost, however few tickets there are', () => {
    const few = dollars(1, /./);
    expect(few).toBeGreaterThan(0.5);
    expect(few).toBeLessThan(3);
  });
});

describe('The prices of Claude', () => {
  it('are those that the budget reckons with', () => {
    const { input, output } = CLAUDE_PRICES['claude-haiku-5-5']!;
    const million = 1_000_000;
    expect(PRICES.claudeInput.usd * million * million).toBeCloseTo(input, 6);
    expect(PRICES.claudeOutput.usd * million * million).toBeCloseTo(output, 6);
    const label = CLAUDE_PRICES['claude-sonnet-5-5']!;
    expect(PRICES.claudeLabelInput.usd * million * million).toBeCloseTo(label.input, 6);
    expect(PRICES.claudeLabelOutput.usd * million * million).toBeCloseTo(label.output, 6);
    expect(PRICES.claudeBatchInput.usd).toBeCloseTo(PRICES.claudeInput.usd / 2, 15);
    expect(PRICES.claudeBatchOutput.usd).toBeCloseTo(PRICES.claudeOutput.usd / 2, 15);
  });
});
