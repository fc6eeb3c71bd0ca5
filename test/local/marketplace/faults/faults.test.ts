import { describe, expect, it } from 'vitest';
import { Faults } from '#local/marketplace/faults/faults.ts';
import type { Call } from '#local/marketplace/http/routes.ts';

const skills = (page: number): Call => ({
  method: 'GET',
  path: '/api/v1/skills',
  route: 'skills',
  id: '',
  query: new URLSearchParams(),
  page,
  token: 'token',
});
const FEED: Call = { ...skills(1), path: '/ws', route: 'feed', page: undefined };

describe('Class: Faults', () => {
  it('plans all that changes an answer, and the first of those that end it', () => {
    // Prepare
    const faults = new Faults();
    faults.add({ kind: 'latency', ms: 5 });
    faults.add({ kind: 'latency', ms: 7 });
    faults.add({ kind: 'total', delta: 1 });
    faults.add({ kind: 'expired_token' });
    faults.add({ kind: 'clamp', rows: 3 });
    faults.add({ kind: 'status', status: 500 });
    faults.add({ kind: 'hang' });

    // Act
    const plan = faults.planCall(skills(1));

    // Assess
    expect(plan).toMatchObject({
      latencyMs: 12,
      totals: [{ delta: 1 }],
      before: [{ kind: 'expired_token' }],
      clamp: { rows: 3 },
      ending: { kind: 'status' },
    });
    expect(faults.list().map(({ fault }) => fault.kind)).toEqual(['hang']);
  });

  it('lets requests pass first, then hits as often as it is told', () => {
    const faults = new Faults();
    faults.add({ kind: 'reset', page: 2, after: 1, times: 2 });
    const hits = [2, 1, 2, 2, 2].map((page) => faults.planCall(skills(page)).ending !== undefined);
    expect(hits).toEqual([false, false, true, true, false]);
    expect(faults.list()).toEqual([]);
  });

  it('hits the feed only when it is about the feed, and with what a socket can have', () => {
    const faults = new Faults();
    faults.add({ kind: 'status', status: 500, times: 'always' });
    faults.add({ kind: 'html', route: 'feed', times: 'always' });
    faults.add({ kind: 'zombie' });
    expect(faults.planHandshake(FEED).ending).toMatchObject({ kind: 'zombie' });
    expect(faults.planHandshake(FEED).ending).toBeUndefined();
    expect(faults.list().map(({ hits }) => hits)).toEqual([0, 0]);
  });

  it('ends one fault by its number, or all', () => {
    const faults = new Faults();
    const [first] = [faults.add({ kind: 'hang' }), faults.add({ kind: 'reset' })];
    expect([faults.clear(99), faults.clear(first), faults.clear()]).toEqual([0, 1, 1]);
  });
});
