import { describe, expect, it } from 'vitest';
import { publishFailedRotation } from '#adapters/cloudwatch/rotation-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishFailedRotation', () => {
  it('counts one', () => {
    const { metrics, lines } = createEmitter('token-rotation');

    publishFailedRotation(metrics);

    expect(lines.map(readLine)).toEqual([{ dimensions: ['service'], values: { RotationFailed: 1 } }]);
  });
});
