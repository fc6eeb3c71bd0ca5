import { describe, expect, it } from 'vitest';
import { publishTokenEnd } from '#adapters/cloudwatch/token-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-01T00:00:00Z');

describe('Function: publishTokenEnd', () => {
  it.each([
    ['in a year', { endsAt: NOW + 365 * DAY }, undefined],
    ['in seven days', { endsAt: NOW + 7 * DAY }, undefined],
    ['a moment before that', { endsAt: NOW + 7 * DAY - 1 }, 7 - 1 / DAY],
    ['tomorrow', { endsAt: NOW + DAY }, 1],
    ['tomorrow, having lived for a day', { issuedAt: NOW - DAY, endsAt: NOW + DAY }, undefined],
    ['yesterday', { endsAt: NOW - DAY }, 0],
    ['nobody knows when', {}, undefined],
  ])('of a token that ends %s says %s what it should', (_when, life, days) => {
    const { metrics, lines } = createEmitter('skill-sync');

    publishTokenEnd(metrics, life, NOW);

    expect(lines.map(readLine)).toEqual(
      days === undefined ? [] : [{ dimensions: ['service'], values: { TokenEndsIn: days } }],
    );
  });
});
