import autocannon from 'autocannon';
import { sleep } from '#adapters/clock/sleep.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { filterBySubstring, storeFilteredText } from '#bench/search/substring-filter.ts';
import { inParallel } from '#core/in-parallel.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { startHttpGateway } from '#local/api/http-gateway.ts';
import { generateSkills } from '#local/marketplace/catalog/generate-catalog.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

const CONNECTIONS = 10;
/** As many as the real catalogue has. */
const SKILLS = 5_000;
const PUTS_AT_ONCE = 16;
/** Two words that stand apart in the texts, as they are typed; the filter finds them nowhere and reads everything. */
const QUERY = { text: 'ledger report', limit: 10 };
const MAX_SEARCH_P99_MS = 25;
const MIN_SEARCH_RATE = 10;
const QUERIES_END_MS = 1_000;
const UNTHROTTLED = { $default: { ratePerSecond: 1e9, burst: 1e9 } };

type Measured = { readonly p99Ms: number; readonly perSecond: number };

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
    const table = { ...api.deployed.table, log: SILENT };
    const id = await fill(table);
    const measure = (url: string) => load(url, api.tokens.AUTONOMOUS, loadSeconds);
    const floor = await measure(`${empty.url}/nothing`);
    const routes = [`/api/skills/${id}`, '/api/admin/sync/status', '/api/skills?limit=50'];
    const lines: Line[] = [];
    for (const route of routes)
      lines.push(compare(route.replace(id, '{id}'), await measure(api.url + route), floor));
    return [...lines, ...(await benchSearch(table, api.url, measure))];
  } finally {
    // The load ends in the middle of requests. Their queries go on, and one that meets a closed engine ends the process.
    await sleep(QUERIES_END_MS);
    await api.stop();
    await empty.close();
  }
}

async function load(url: string, token: string, duration: number): Promise<Measured> {
  const headers = { authorization: `Bearer ${token}` };
  await autocannon({ url, connections: CONNECTIONS, duration: 1, headers });
  const { requests, latency, non2xx, errors } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration,
    headers,
  });
  if (non2xx + errors > 0) throw new MeasurementError(`${url} failed ${non2xx + errors} times under load.`);
  return { p99Ms: latency.p99, perSecond: requests.average };
}

function compare(route: string, { p99Ms, perSecond }: Measured, floor: Measured): Line {
  return {
    what: `GET ${route}, ${CONNECTIONS} connections`,
    measured: `${perSecond.toFixed(0)} a second, p99 ${p99Ms} ms`,
    floor: `${floor.perSecond.toFixed(0)} a second, p99 ${floor.p99Ms} ms, empty handler`,
    ratio: `${(perSecond / floor.perSecond).toFixed(2)} of the rate`,
  };
}

/** A search that is warm, beside the filter that it took the place of, which has no token to verify here. */
async function benchSearch(
  table: Table,
  url: string,
  measure: (url: string) => Promise<Measured>,
): Promise<Line[]> {
  const address = `/api/skills?query=${encodeURIComponent(QUERY.text)}&limit=${QUERY.limit}`;
  const filter = await serveHandler(async () => ({
    success: true,
    skills: await filterBySubstring(table, QUERY.text, QUERY.limit),
  }));
  const search = await measure(url + address);
  const before = await measure(filter.url + address).finally(() => filter.close());
  const shown = ({ perSecond, p99Ms }: Measured) => `${perSecond.toFixed(1)} a second, p99 ${p99Ms} ms`;
  const what = `GET ${address} of ${SKILLS} skills, ${CONNECTIONS} connections`;
  const times = search.perSecond / before.perSecond;
  return [
    {
      what: `${what}: p99`,
      measured: shown(search),
      target: { shown: `≤ ${MAX_SEARCH_P99_MS} ms`, value: search.p99Ms, limit: MAX_SEARCH_P99_MS },
    },
    {
      what: `${what}: rate`,
      measured: shown(search),
      floor: `${shown(before)}, filter by text`,
      ratio: `${times.toFixed(0)} times`,
      // A limit holds from above: the share of the filter's rate in the search's.
      target: { shown: `≥ ${MIN_SEARCH_RATE} times`, value: 1 / times, limit: 1 / MIN_SEARCH_RATE },
    },
  ];
}

function serveEmptyHandler() {
  return serveHandler(async () => ({}));
}

/** A handler that answers this body, behind a gateway as the API is. */
async function serveHandler(bodyOf: () => Promise<object>) {
  const gateway = await startHttpGateway({ port: 0 });
  const routes = [{ routeKey: '$default', functionName: 'handler' }];
  gateway.serve({ routes, routeThrottles: UNTHROTTLED }, async () => ({
    requestId: 'handler',
    payload: JSON.stringify({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await bodyOf()),
    }),
  }));
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
  await inParallel(
    generateSkills({ seed: 1, count: SKILLS }),
    PUTS_AT_ONCE,
    async ({ skill_id, ...fields }) => {
      const skill = { ...fields, skill_id: String(skill_id), name: String(fields.name) };
      await store.put(versionOf(skill), seen);
      await storeFilteredText(table, skill);
      last = skill.skill_id;
    },
  );
  return last;
}
