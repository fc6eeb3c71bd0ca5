import { describe, expect, it } from 'vitest';
import {
  type Incident,
  markedRetrospective,
  recountedIncident,
  requestersOf,
} from '#core/issues/trends/incident.ts';

const INCIDENT: Incident = {
  ...{
    id: 'x',
    title: 'x',
    openedAt: 0,
    closedAt: null,
    isRetrospective: false,
    openedHour: 0,
    lastHour: 0,
    terms: [],
  },
  ...{ p: 1e-6, observed: 3, expected: 0.1, windowHours: 3, centroid: new Map() },
  series: ['issue#a', 'issue#b', 'total#'],
  issues: ['a', 'b'],
  tickets: [
    { id: '1', requester: 'ann' },
    { id: '2', requester: 'ann' },
    { id: '3', requester: null },
    { id: '4', requester: null },
  ],
};

describe('requestersOf', () => {
  it('counts people once, and unknown ones each', () => {
    expect(requestersOf(INCIDENT)).toBe(3);
    expect(requestersOf({ tickets: [] })).toBe(0);
  });
});

describe('recountedIncident', () => {
  it('drops deleted tickets and keeps what was measured', () => {
    const after = recountedIncident(INCIDENT, { isDeleted: (id) => id !== '3', leadsTo: (id) => id });
    expect(after.tickets.map(({ id }) => id)).toEqual(['3']);
    expect(after).toMatchObject({ observed: 3, issues: ['a', 'b'] });
  });

  it('follows merged issues, in its series too, so that their alerts go on joining', () => {
    const after = recountedIncident(INCIDENT, { isDeleted: () => false, leadsTo: () => 'b' });
    expect(after.issues).toEqual(['b']);
    expect(after.series).toEqual(['issue#b', 'total#']);
  });
});

describe('markedRetrospective', () => {
  const at = (id: string, lastHour: number) => ({ ...INCIDENT, id, lastHour });

  it('marks new ones that were over before the tested hours', () => {
    const marked = markedRetrospective([at('known', 5), at('old', 5), at('new', 10)], {
      known: [{ id: 'known' }],
      tested: [10, 11],
    });
    expect(marked.map(({ id, isRetrospective }) => [id, isRetrospective])).toEqual([
      ['known', false],
      ['old', true],
      ['new', false],
    ]);
  });

  it('marks none where no hour is tested', () => {
    expect(markedRetrospective([at('a', 5)], { known: [], tested: [] })[0]?.isRetrospective).toBe(false);
  });
});
