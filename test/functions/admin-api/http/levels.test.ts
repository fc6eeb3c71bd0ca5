import { describe, expect, it } from 'vitest';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { apiOf, call, fakeVerifier } from '#test/functions/admin-api/call-api.ts';
import { audited } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';
import { operations } from './operations.ts';

const LEVELS = ['STUDENT', 'INTERN', 'SUPERVISED', 'AUTONOMOUS'];

/** The contract's rules, written down once more and apart from the routes. */
function levelByContract(method: string, path: string): string {
  if (path.startsWith('/health/')) return 'public';
  if (path.startsWith('/metrics')) return 'SUPERVISED';
  if (/^\/api\/(admin|tasks|tickets|issues|trends|digest)/.test(path)) {
    return method === 'GET' ? 'SUPERVISED' : 'AUTONOMOUS';
  }
  return method === 'GET' ? 'STUDENT' : 'INTERN';
}

describe('Who may call what', () => {
  it('is said of every route, and of none that does not exist', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(
      routeTable.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it.each(operations)('is as the contract has it: $name', ({ method, path, level, operation }) => {
    expect(level).toBe(levelByContract(method, path));
    expect(operation.security).toEqual(level === 'public' ? [] : undefined);
  });

  const groups = [...LEVELS, 'student', 'ADMIN', ''];
  const cases = operations.flatMap((operation) => groups.map((group) => ({ ...operation, group })));

  it.each(cases)('$name for "$group"', async ({ method, path, url, body, level, operation, group }) => {
    const world = createWorld();
    const api = apiOf(world, routeTable, async (token) => ({
      ...(await fakeVerifier(token)),
      levels: group === '' ? [] : ['unrelated', group],
    }));

    const answer = await call(world, { method, path: url, body, token: 'some' }, api);

    const allowed =
      level === 'public' || (LEVELS.includes(group) && LEVELS.indexOf(group) >= LEVELS.indexOf(level));
    if (allowed) {
      expect(Object.keys(operation.responses)).toContain(String(answer.status));
      expect([401, 403, 400, 405, 413, 500]).not.toContain(answer.status);
      return;
    }
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      success: false,
      error: 'insufficient_maturity',
      required_level: level,
    });
    expect(answer.body.message).toContain(level);
    expect(world.started).toEqual([]);
    expect(world.reads).toEqual([]);
    expect((await audited(world)).map(({ action, status }) => ({ action, status }))).toEqual(
      method === 'GET' ? [] : [{ action: `${method} ${path}`, status: 403 }],
    );
  });
});
