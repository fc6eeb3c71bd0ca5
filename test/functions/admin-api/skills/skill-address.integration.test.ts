import { describe, expect, it, onTestFinished } from 'vitest';
import { startHttpGateway } from '#local/api/http-gateway.ts';
import { apiOf, CORRELATION_ID } from '#test/functions/admin-api/call-api.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('The address of a skill, through the gateway', () => {
  it('is decoded in the path, and reaches the API as it was sent in the query', async () => {
    // Prepare
    const gateway = await startHttpGateway({ port: 0 });
    onTestFinished(() => gateway.close(0));
    const world = createWorld();
    for (const skill_id of ['a', 'a/ratings', '..']) {
      await publish(world, { skill_id, name: skill_id });
    }
    const routes = [{ routeKey: 'ANY /api/{proxy+}', functionName: 'api' }];
    gateway.serve({ routes, routeThrottles: {} }, async (_name, payload) => ({
      requestId: '1',
      payload: JSON.stringify(await apiOf(world)(JSON.parse(payload), CORRELATION_ID)),
    }));
    const get = async (path: string) => {
      const headers = { authorization: 'Bearer STUDENT' };
      const answer = await fetch(`${gateway.url}/api/skills/${path}`, { headers });
      return (await answer.json()) as unknown;
    };

    // Act and assess
    expect(await get('a%2Fratings')).toMatchObject({ ratings: [] });
    for (const id of ['a/ratings', '..', 'a']) {
      expect(await get(`-?id=${encodeURIComponent(id)}`)).toMatchObject({ skill: { skill_id: id } });
    }
  });
});
