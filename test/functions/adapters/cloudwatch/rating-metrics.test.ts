import { describe, expect, it } from 'vitest';
import { publishFailedUploads } from '#adapters/cloudwatch/rating-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishFailedUploads', () => {
  it.each([
    [3, [{ dimensions: ['service'], values: { FailedUploads: 3 } }]],
    [0, []],
  ])('says that %i have failed, and nothing of none', (failed, said) => {
    const { metrics, lines } = createEmitter('rating-sync');

    publishFailedUploads(metrics, failed);

    expect(lines.map(readLine)).toEqual(said);
  });
});
