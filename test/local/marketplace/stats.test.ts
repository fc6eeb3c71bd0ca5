import { describe, expect, it } from 'vitest';
import type { Call } from '#local/marketplace/http/routes.ts';
import { Recorder } from '#local/marketplace/stats.ts';

const call = (route: Call['route'], page?: number): Call => ({
  method: 'GET',
  path: `/${route}`,
  route,
  id: '',
  query: new URLSearchParams(),
  page,
  token: undefined,
});

describe('Class: Recorder', () => {
  it('counts by route, page and status, and 429s apart', () => {
    // Prepare
    const recorder = new Recorder(() => 0);

    // Act
    recorder.begin(call('skills', 1)).end(200);
    recorder.begin(call('skills', 1)).end(429);
    recorder.begin(call('health')).end(0);

    // Assess
    expect(recorder.stats).toMatchObject({ requests: 3, inFlight: 0, rateLimited: 1 });
    expect(recorder.stats.byRoute).toEqual({ skills: 2, health: 1 });
    expect([...recorder.stats.byPage]).toEqual([[1, 2]]);
    expect([...recorder.stats.byStatus]).toEqual([
      [200, 1],
      [429, 1],
    ]);
    expect(recorder.stats.log.map(({ status }) => status)).toEqual([200, 429, 0]);
  });

  it('keeps the most that was open at once, uploads apart, and ends a request once', () => {
    // Prepare
    const recorder = new Recorder(() => 0);
    const tickets = (['skills', 'add_rating', 'update_rating'] as const).map((route) =>
      recorder.begin(call(route)),
    );

    // Act
    for (const ticket of tickets) ticket.end(200);
    tickets[0]?.end(500);
    recorder.begin(call('add_rating'));

    // Assess
    expect(recorder.stats).toMatchObject({ inFlight: 1, maxConcurrent: 3, maxConcurrentUploads: 2 });
    expect(recorder.stats.byStatus.get(500)).toBeUndefined();
  });

  it('keeps the most of any 60 seconds', () => {
    let now = 0;
    const recorder = new Recorder(() => now);
    for (now of [0, 30_000, 59_999, 60_000, 200_000]) recorder.begin(call('skills')).end(200);
    expect(recorder.stats.maxPerMinute).toBe(3);
  });

  it('begins anew in the same object, and what is open stays open', () => {
    // Prepare
    const recorder = new Recorder(() => 0);
    const { stats } = recorder;
    recorder.begin(call('skills', 1)).end(429);
    const open = recorder.begin(call('skills', 2));

    // Act
    stats.reset();
    const { requests, inFlight } = stats;
    open.end(200);

    // Assess
    expect({ requests, inFlight }).toEqual({ requests: 0, inFlight: 1 });
    expect(stats).toMatchObject({ inFlight: 0, rateLimited: 0, maxConcurrent: 0, maxPerMinute: 0 });
    expect([...stats.byStatus]).toEqual([[200, 1]]);
    expect(stats.log).toEqual([]);
  });
});
