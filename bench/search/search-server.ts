/**
 * Serves the deployed handler over the real catalogue, and the filter by text beside it, each behind the local run's
 * gateway. DynamoDB is another process, and so is whoever asks. Started by `search-load.ts`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { Skill } from '#core/skills/skill.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { startHttpGateway } from '#local/api/http-gateway.ts';
import { POLICY } from '#test/contracts/versions.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { deployHandler } from '#test/functions/admin-api/deployed-handler.ts';
import { readCatalogue } from './real-catalogue.ts';
import { filterBySubstring, storeFilteredText } from './substring-filter.ts';

/** Where it answers, as whom it is asked, and a skill of the usual size. */
export type SearchServerFacts = {
  readonly url: string;
  readonly filterUrl: string;
  /** Answers with the processor time of this process so far, in milliseconds. */
  readonly usageUrl: string;
  readonly token: string;
  readonly skillId: string;
};

const PUTS_AT_ONCE = 16;
const LIMIT = 10;
const CACHED_MS = 3_600_000;
const UNTHROTTLED = { $default: { ratePerSecond: 1e9, burst: 1e9 } };
const ROUTES = [{ routeKey: '$default', functionName: 'handler' }];

// Its line per request would go where the facts go.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const isFilled = process.env.IS_FILLED !== undefined;
const deployed = await deployHandler({ url: process.env.ENGINE_URL ?? '', hasTable: isFilled });
const table = { ...deployed.table, log: SILENT };
const skills = readCatalogue();
if (!isFilled) await fill(table);
const facts: SearchServerFacts = {
  url: await serve(deployed.handle),
  filterUrl: await serve(async (event) => {
    const { rawQueryString } = event as { readonly rawQueryString?: string };
    const query = new URLSearchParams(rawQueryString).get('query') ?? '';
    const body = { success: true, skills: await filterBySubstring(table, query, LIMIT) };
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  }),
  usageUrl: await serveUsage(),
  token: await deployed.issuer.sign({ claims: { sub: 'bench', 'cognito:groups': ['AUTONOMOUS'] } }),
  skillId: usualSkill(skills),
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.once('SIGTERM', () => process.exit(0));
// The bench reads no more than the first line.
process.stdout.on('error', () => undefined);

async function serve(handle: (event: unknown) => Promise<unknown>): Promise<string> {
  const gateway = await startHttpGateway({ port: 0 });
  gateway.serve({ routes: ROUTES, routeThrottles: UNTHROTTLED }, async (_name, event) => ({
    requestId: 'handler',
    payload: JSON.stringify(await handle(JSON.parse(event))),
  }));
  return gateway.url;
}

async function serveUsage(): Promise<string> {
  const server = createServer((_request, response) => {
    const { user, system } = process.cpuUsage();
    response.end(String((user + system) / 1000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function fill(into: Table): Promise<void> {
  const store = createSkillStore(createSkillEntries(into), POLICY);
  const now = new Date();
  const expiresAt = new Date(now.getTime() + CACHED_MS);
  const seen = { observedAt: now.getTime(), now, expiresAt, fence: undefined };
  await inParallel(skills, PUTS_AT_ONCE, async (skill) => {
    await store.put(versionOf(skill), seen);
    await storeFilteredText(into, skill);
  });
}

function usualSkill(of: readonly Skill[]): string {
  const sizes = of.map((skill) => [skill.skill_id, JSON.stringify(skill).length] as const);
  const bySize = sizes.toSorted(([, a], [, b]) => a - b);
  return bySize[Math.floor(bySize.length / 2)]?.[0] ?? '';
}
