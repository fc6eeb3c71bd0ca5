import { sleep } from '#adapters/clock/sleep.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { type Load, load } from '#bench/services/load.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { startHttpGateway } from '#local/api/http-gateway.ts';
import { generateSkills } from '#local/marketplace/catalog/generate-catalog.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

const CONNECTIONS = 10;
const SKILLS = 500;
const QUERIES_END_MS = 1_000;
const UNTHROTTLED = { $default: { ratePerSecond: 1e9, burst: 1e9 } };

/**
 * The HTTP API under load, beside a handler that does nothing, behind the same gateway in the same process. Each
 * request is verified (JWT), routed, validated and answered from dynalite.
 */
export async function benchApi({ loadSeconds }: BenchOptions): Promise<Line[]> {
  // The handler runs in this process: its line per request would drown the table.
  process.env.POWERTOOLS_LOG_LEVEL = 'WARN';
  const api = await serveApi({ routeThrottles: UNTHROTTLED });
  const empty = await serveEmptyHandler();
  try {
    const id = await fill({ ...api.deployed.table, log: SILENT });
    const asked = { token: api.tokens.AUTONOMOUS, connections: CONNECTIONS, seconds: loadSeconds };
    const measure = (url: string) => load([url], asked);
    const floor = await measure(`${empty.url}/nothing`);
    const routes = [`/api/skills/${id}`, '/api/admin/sync/status', '/api/skills?limit=50'];
    const lines: Line[] = [];
    for (const route of routes)
      lines.push(compare(route.replace(id, '{id}'), await measure(api.url + route), floor));
    return lines;
  } finally {
    // The load ends in the middle of requests. Their queries go on, and one that meets a closed engine ends the process.
    await sleep(QUERIES_END_MS);
    await api.stop();
    await empty.close();
  }
}

function compare(route: string, { p99Ms, perSecond }: Load, floor: Load): Line {
  return {
    what: `GET ${route}, ${CONNECTIONS} connections`,
    measured: `${perSecond.toFixed(0)} a second, p99 ${p99Ms} ms`,
    floor: `${floor.perSecond.toFixed(0)} a second, p99 ${floor.p99Ms} ms, empty handler`,
    ratio: `${(perSecond / floor.perSecond).toFixed(2)} of the rate`,
  };
}

async function serveEmptyHandler() {
  const gateway = await startHttpGateway({ port: 0 });
  const routes = [{ routeKey: '$default', functionName: 'empty' }];
  const payload = JSON.stringify({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  gateway.serve({ routes, routeThrottles: UNTHROTTLED }, async () => ({ requestId: 'empty', payload }));
  return gateway;
}

/** Puts skills of the usual size into the cache and names one of them. */
async function fill(table: Table): Promise<string> {
  const store = createSkillStore(createSkillEntries(table), { strategy: 'remote_wins', random: Math.random });
  const now = new Date();
  const seen = {
    observedAt: now.getTime(),
    now,
    expiresAt: new Date(now.getTime() + 3_600_000),
    fence: undefined,
  };
  let last = '';
  for (const { skill_id, ...fields } of generateSkills({ seed: 1, count: SKILLS })) {
    last = String(skill_id);
    await store.put(versionOf({ ...fields, skill_id: last, name: String(fields.name) }), seen);
  }
  return last;
}
