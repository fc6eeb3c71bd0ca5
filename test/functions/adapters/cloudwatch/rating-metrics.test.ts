import { describe, expect, it } from 'vitest';
import { publishUploads, publishWaiting } from '#adapters/cloudwatch/rating-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishUploads', () => {
  it.each([
    [2, 1],
    [0, 1],
    [2, 0],
  ])('says that %i were uploaded and %i failed', (uploaded, failed) => {
    const { metrics, lines } = createEmitter('rating-upload');

    publishUploads(metrics, { uploaded, failed });

    expect(lines.map(readLine)).toEqual([
      { dimensions: ['service'], values: { RatingsUploaded: uploaded, RatingUploadErrors: failed } },
    ]);
  });

  it('says nothing of a quiet batch', () => {
    const { metrics, lines } = createEmitter('rating-upload');

    publishUploads(metrics, { uploaded: 0, failed: 0 });

    expect(lines).toEqual([]);
  });
});

describe('Function: publishWaiting', () => {
  it('says how many wait and have failed, none included, by job', () => {
    const { metrics, lines } = createEmitter('rating-sync');

    publishWaiting(metrics, 'rating-sync-atom-saas', { pending: 3, failed: 0 });

    expect(lines.map(readLine)).toEqual([
      { dimensions: ['service', 'job'], values: { RatingsPending: 3, FailedUploads: 0 } },
    ]);
    expect(lines[0]).toMatchObject({ job: 'rating-sync-atom-saas' });
  });
});
