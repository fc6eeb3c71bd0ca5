import { describe, expect, it } from 'vitest';
import { publishIssues } from '#adapters/cloudwatch/issue-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishIssues', () => {
  it.each([
    [
      { incidentsOpen: 1, issuesOpen: 12 },
      { IncidentsOpen: 1, IssuesOpen: 12 },
    ],
    // A zero ends an alarm.
    [
      { incidentsOpen: 0, issuesOpen: 0 },
      { IncidentsOpen: 0, IssuesOpen: 0 },
    ],
  ])('says of %j how many are open', (gauges, values) => {
    const { metrics, lines } = createEmitter('ticket-issues');

    publishIssues(metrics, gauges);

    expect(lines.map(readLine)).toEqual([{ dimensions: ['service'], values }]);
  });
});
