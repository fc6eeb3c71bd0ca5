import { expect, it } from 'vitest';
import { alertEvents } from '#core/issues/operate/alert-events.ts';
import { ago, incidentOf } from '../summaries/grouped.ts';

it('each issue of an incident tells of it once, whichever issues join', () => {
  const first = alertEvents(incidentOf('i', { openedAt: ago(1), issues: ['A'] }));
  const later = alertEvents(incidentOf('i', { openedAt: ago(1), issues: ['A', 'B'] }));
  expect(first).toEqual([
    { id: 'alert-i', issueId: 'A', at: ago(1), type: 'alert', by: 'system', data: { incident: 'i' } },
  ]);
  expect(later[0]).toEqual(first[0]);
  expect(later.map(({ issueId }) => issueId)).toEqual(['A', 'B']);
});
