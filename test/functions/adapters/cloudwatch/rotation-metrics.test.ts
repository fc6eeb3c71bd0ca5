import { describe, expect, it } from 'vitest';
import { publishRotation } from '#adapters/cloudwatch/rotation-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishRotation', () => {
  it.each([
    ['succeeded', 'RotationSucceeded'],
    ['failed', 'RotationFailed'],
  ] as const)('counts a rotation that %s as %s, and as nothing else', (outcome, name) => {
    const { metrics, lines } = createEmitter('token-rotation');

    publishRotation(metrics, outcome);

    expect(lines.map(readLine)).toEqual([{ dimensions: ['service'], values: { [name]: 1 } }]);
  });
});
