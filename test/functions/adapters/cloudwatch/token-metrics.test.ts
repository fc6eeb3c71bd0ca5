import { describe, expect, it } from 'vitest';
import { publishTokenEnd } from '#adapters/cloudwatch/token-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-01T00:00:00Z');

describe('Function: publishTokenEnd', () => {
  it.each([
    ['in a year', NOW + 365 * DAY, undefined],
    ['in seven days', NOW + 7 * DAY, undefined],
    ['a moment before that', NOW + 7 * DAY - 1, 7 - 1 / DAY],
    ['tomorrow', NOW + DAY, 1],
    ['yesterday', NOW - DAY, 0],
    ['nobody knows when', undefined, undefined],
  ])('of a token that ends %s says %s what it should', (_when, endsAt, days) => {
    const { metrics, lines } = createEmitter('skill-sync');

    publishTokenEnd(metrics, endsAt, NOW);

    expect(lines.map(readLine)).toEqual(
      days === undefined ? [] : [{ dimensions: ['service'], values: { TokenEndsIn: days } }],
    );
  });
});
