import { describe, expect, it } from 'vitest';
import { parseExpression, rateOf } from '#adapters/scheduler/expression.ts';

describe('Function: parseExpression', () => {
  it.each([
    ['rate(1 minute)', { kind: 'rate', minutes: 1 }],
    ['rate(15 minutes)', { kind: 'rate', minutes: 15 }],
    ['rate(2 hours)', { kind: 'rate', minutes: 120 }],
    ['rate(1 day)', { kind: 'rate', minutes: 1_440 }],
    ['cron(0 0 * * ? *)', { kind: 'cron', cron: '0 0 * * ? *' }],
    ['at(2030-01-01T00:00:00)', undefined],
    ['rate(x minutes)', undefined],
    ['', undefined],
  ])('reads %s', (text, expression) => {
    expect(parseExpression(text)).toEqual(expression);
  });

  it.each([1, 5, 120])('reads what rateOf writes: %d', (minutes) => {
    expect(parseExpression(rateOf(minutes))).toEqual({ kind: 'rate', minutes });
  });
});
