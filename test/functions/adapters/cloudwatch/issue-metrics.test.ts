import { describe, expect, it } from 'vitest';
import { publishIncidents } from '#adapters/cloudwatch/issue-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishIncidents', () => {
  it.each([
    [1, [{ dimensions: ['service'], values: { IncidentsOpen: 1 } }]],
    [0, []],
  ])('says that %i are open, and nothing of none', (open, said) => {
    const { metrics, lines } = createEmitter('ticket-issues');

    publishIncidents(metrics, open);

    expect(lines.map(readLine)).toEqual(said);
  });
});
