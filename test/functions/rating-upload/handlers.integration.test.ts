import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fillTable } from '#test/functions/admin-api/sample-data.ts';
import { WAIT } from '#test/wait-limit.ts';
import { deployRatings } from './deployed-ratings.ts';

let deployed: Awaited<ReturnType<typeof deployRatings>>;
let output = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  }
  deployed = await deployRatings();
  await fillTable(deployed);
});
afterAll(async () => {
  await deployed.stop();
  vi.restoreAllMocks();
});
beforeEach(() => {
  deployed.marketplace.faults.clear();
  deployed.marketplace.stats.reset();
});

async function call(method: string, path: string, body?: unknown) {
  const token = await deployed.issuer.sign({ claims: { 'cognito:groups': ['AUTONOMOUS'] } });
  return deployed.call({ method, path, body, token });
}
/** As API Gateway hands it over: decoded. */
async function rate(skill: string, user_id: string, rating: number) {
  const answer = await call('POST', `/api/skills/${skill}/ratings`, { user_id, rating });
  expect(answer.status).toBe(201);
  return answer;
}
const syncNow = () => call('POST', '/api/admin/sync/ratings');

describe('Ratings, as they are deployed', () => {
  it('go from the API through the queue to the marketplace, and the API tells so', async () => {
    expect(await rate('csv-cleaner', 'dana', 5)).toMatchObject({
      status: 201,
      body: {
        success: true,
        rating: { rating: 5, status: 'pending', user_id: 'dana', skill_id: 'csv-cleaner' },
      },
    });
    expect((await call('GET', '/api/admin/sync/status')).body.ratings).toMatchObject({
      pending: 1,
      synced: 0,
    });

    expect(await syncNow()).toMatchObject({
      status: 200,
      body: { success: true, status: 'success', uploaded: 1, failed: 0, skipped: 0 },
    });

    expect(deployed.marketplace.ratings.list()).toMatchObject([{ user_id: 'dana', rating: 5 }]);
    const { body } = await call('GET', '/api/skills/csv-cleaner/ratings');
    expect(body.ratings).toMatchObject([{ user_id: 'dana', rating: 5, status: 'synced' }]);
    expect((await call('GET', '/api/admin/sync/status')).body.ratings).toMatchObject({
      status: 'idle',
      pending: 0,
      synced: 1,
      failed: 0,
      total_syncs: 1,
    });
    expect(output).toMatch(/"message":"a batch of ratings was sent".*"uploaded":1/);
    expect(output).toMatch(/"message":"ratings that wait".*"pending":0/);
    expect(output).not.toContain('deployed-token');
  });

  it('that the marketplace refuses are listed with the reason, and uploaded once somebody asks again', async () => {
    const skill = 'Zürich/日本';
    const record = deployed.marketplace.catalog.get(skill)!;
    await rate(skill, 'dana', 2);
    await rate('a', 'dana', 3);
    deployed.marketplace.catalog.removeSkill(skill);

    expect(await syncNow()).toMatchObject({ status: 200, body: { uploaded: 1, failed: 1, skipped: 0 } });

    const { body } = await call('GET', '/api/admin/ratings/failed-uploads');
    expect(body.failed_uploads).toMatchObject([
      {
        skill_id: skill,
        error_code: 'skill_not_found',
        retry_count: 1,
        dead_lettered: false,
        next_attempt_at: null,
      },
    ]);
    expect((await call('GET', '/metrics/sync')).body).toContain('atom_saas_failed_uploads 1\n');

    deployed.marketplace.catalog.upsertSkill(record);
    const { id } = body.failed_uploads[0];
    const retry = await call('POST', `/api/admin/ratings/failed-uploads/${id}/retry`);
    expect(retry).toMatchObject({ status: 202, body: { retried: 1, run_id: expect.any(String) } });
    await vi.waitFor(
      () => expect(deployed.marketplace.ratings.list(skill)).toMatchObject([{ user_id: 'dana', rating: 2 }]),
      WAIT,
    );
    await vi.waitFor(async () => {
      expect((await call('GET', '/api/admin/ratings/failed-uploads')).body.failed_uploads).toEqual([]);
      expect((await call('GET', '/api/admin/sync/status')).body.ratings).toMatchObject({
        status: 'idle',
        pending: 0,
      });
    }, 15_000);
  });

  it('are forty at once, never more than ten of them on their way', async () => {
    deployed.marketplace.settings.latencyMs = 20;
    for (let n = 0; n < 40; n += 1) await rate('100%25', `user-${n}`, (n % 5) + 1);

    expect(await syncNow()).toMatchObject({ status: 200, body: { uploaded: 40, failed: 0 } });

    deployed.marketplace.settings.latencyMs = 0;
    expect(deployed.marketplace.ratings.list('100%25')).toHaveLength(40);
    expect(deployed.marketplace.stats.maxConcurrentUploads).toBeLessThanOrEqual(10);
    expect(deployed.marketplace.stats.byRoute.add_rating).toBe(40);
  });

  it('reach the marketplace whatever their users are called', async () => {
    const users = ['x\uffff', '\ufffe', 'a\u0001b', '\0', 'a\u2028b', '🙂'];
    for (const user of users) await rate('csv-cleaner', user, 4);

    expect(await syncNow()).toMatchObject({ status: 200, body: { uploaded: users.length, failed: 0 } });

    expect(deployed.marketplace.ratings.list('csv-cleaner').map(({ user_id }) => user_id)).toEqual(
      expect.arrayContaining(users),
    );
  });

  it('that the marketplace only says to have taken are listed as failed, and never synced', async () => {
    const lie = { kind: 'status', status: 200, body: {}, route: 'add_rating', times: 'always' } as const;
    deployed.marketplace.faults.add(lie);
    await rate('100%25', 'erin', 5);

    expect(await syncNow()).toMatchObject({ status: 502, body: { reason: 'marketplace_unavailable' } });

    const { failed_uploads } = (await call('GET', '/api/admin/ratings/failed-uploads')).body;
    expect(failed_uploads).toMatchObject([{ user_id: 'erin', error_code: 'malformed_answer' }]);
    expect(failed_uploads[0].error).toContain('success is not true');
    expect(failed_uploads[0].error).toContain('lists no rating of this user');
    deployed.marketplace.faults.clear();
    await vi.waitFor(
      async () => {
        expect((await call('GET', '/api/admin/ratings/failed-uploads')).body.failed_uploads).toEqual([]);
      },
      { timeout: 30_000, interval: 500 },
    );
    expect(deployed.marketplace.ratings.list('100%25')).toContainEqual(
      expect.objectContaining({ user_id: 'erin', rating: 5 }),
    );
  });

  it('of which none can be uploaded make a failed run with the reason', async () => {
    deployed.marketplace.faults.add({ kind: 'status', status: 503, times: 'always' });
    await rate('x y', 'dana', 4);

    const { status, body } = await syncNow();

    expect(status).toBe(502);
    expect(body).toMatchObject({ error: 'sync_failed', reason: 'marketplace_unavailable' });
    const failed = (await call('GET', '/api/admin/ratings/failed-uploads')).body.failed_uploads;
    expect(failed).toMatchObject([
      { skill_id: 'x y', error_code: 'marketplace_unavailable', dead_lettered: false, retry_count: 1 },
    ]);
    expect(Date.parse(failed[0].next_attempt_at)).toBeGreaterThan(Date.parse(failed[0].failed_at) + 8_000);
  });
});
