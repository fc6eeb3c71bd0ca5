import { describe, expect, it } from 'vitest';
import { createScene, EXPORT } from '#test/local/zendesk/zendesk-client.ts';

describe('Stats', () => {
  it('tell how often, when and how often a minute each call came', async () => {
    const { zendesk, ask, pass } = createScene();
    for (let call = 0; call < 6; call += 1) {
      await ask(`${EXPORT}?start_time=0`);
      pass(20);
    }
    const times = zendesk.stats.times('incremental_tickets');
    expect(times.map((time) => (time - (times[0] ?? 0)) / 1000)).toEqual([0, 20, 40, 60, 80, 100]);
    expect([zendesk.stats.maxPerMinute('incremental'), zendesk.stats.maxPerMinute('me')]).toEqual([3, 0]);
    expect(zendesk.stats.byRoute).toEqual({ incremental_tickets: 6 });
    expect(zendesk.stats.log[0]).toMatchObject({ subdomain: 'atom', query: 'start_time=0', status: 200 });
  });

  it('begin anew', async () => {
    const { zendesk, ask } = createScene();
    await ask('/api/v2/users/me.json');
    zendesk.stats.reset();
    expect(zendesk.stats).toMatchObject({ requests: 0, byRoute: {}, byStatus: {}, log: [], strays: [] });
  });
});
