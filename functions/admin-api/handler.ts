import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { createCounter } from '#adapters/cloudwatch/counter.ts';
import { createApiStores } from '#adapters/dynamodb/api-stores.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createTicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { createTokenVerifier } from '#adapters/jwt/verify-token.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createScheduleStore } from '#adapters/scheduler/schedule-store.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import {
  AUDIT_LIMITS,
  CLIENT_LIMITS,
  invocationOptions,
  readEnvironment,
  readTicketEnvironment,
  settingsOf,
  ticketSettingsOf,
  tokenOptions,
} from './config.ts';
import { createApi } from './http/serve-request.ts';
import { loadOnce } from './load-once.ts';
import type { IssueServices, TicketServices } from './ports.ts';
import { createLazyMatcher } from './routes/match-lazily.ts';
import { createLazySearch } from './skills/lazy-search.ts';

const env = readEnvironment();
const log = new Logger({ serviceName: 'admin-api' });
const shared = { now: Date.now, sleep, random: Math.random, log };
const scheduler = new SchedulerClient(CLIENT_LIMITS);
const tableOver = (limits: object) => ({ client: createDocumentClient(limits), name: env.TABLE_NAME, log });
const starterOf = (functionName: string) =>
  createAsyncInvoke({ ...invocationOptions(env), aws: scheduler.config, functionName, sleep });
const table = tableOver(CLIENT_LIMITS);
const ticketEnv = readTicketEnvironment();
const services = {
  ...createApiStores(table, tableOver(AUDIT_LIMITS)),
  search: createLazySearch(loadSearch),
  tickets: ticketEnv && ticketServices(ticketEnv),
  schedules: createScheduleStore({ client: scheduler, group: env.SCHEDULE_GROUP, jobs: env.SCHEDULED_JOBS }),
  startSkillSync: starterOf(env.SKILL_SYNC_FUNCTION_NAME),
  startRatingSync: starterOf(env.RATING_SYNC_FUNCTION_NAME),
  settings: settingsOf(env),
  count: createCounter(new Metrics({ serviceName: 'admin-api' })),
  ...shared,
};
const verifyToken = createTokenVerifier({ ...tokenOptions(env), ...shared });
const api = createApi({ match: createLazyMatcher(), services, verifyToken });

/** The library is a module of its own in the bundle. */
async function loadSearch(): Promise<SkillSearch> {
  const { createTableSearch } = await import('#adapters/dynamodb/skills/skill-search.ts');
  return createTableSearch(table, shared.now);
}

function ticketServices(of: NonNullable<typeof ticketEnv>): TicketServices {
  const { tickets: store, syncStates, ledger } = createTicketStores(table, of.ZENDESK_SUBDOMAIN);
  return {
    ...{ store, syncStates, ledger },
    issues: loadOnce(() => openIssues(of.ZENDESK_SUBDOMAIN, store)),
    startSync: starterOf(of.TICKET_SYNC_FUNCTION_NAME),
    startAnalysis: starterOf(of.TICKET_ANALYSIS_FUNCTION_NAME),
    startIssues: starterOf(of.TICKET_ISSUES_FUNCTION_NAME),
    settings: ticketSettingsOf(of),
  };
}

/** The stores of the issues, and what reads and searches them: modules of their own in the bundle. */
async function openIssues(subdomain: string, store: TicketServices['store']): Promise<IssueServices> {
  const [{ createIssueStores }, { createIssueReader }, { createListCursors }] = await Promise.all([
    import('#adapters/dynamodb/issues/issue-stores.ts'),
    import('./issues/issue-reader.ts'),
    import('#adapters/dynamodb/table/list-cursors.ts'),
  ]);
  const { generations, records } = createIssueStores(table, subdomain);
  const reader = createIssueReader(generations);
  const loadTicketSearch = loadOnce(async () => {
    const { createTicketSearch } = await import('./issues/search-tickets.ts');
    return createTicketSearch({ reader, store });
  });
  return {
    ...{ reader, generations, records },
    search: { search: async (query, limit) => (await loadTicketSearch()).search(query, limit) },
    cursors: { issues: createListCursors('issues'), tickets: createListCursors('tickets of an issue') },
  };
}

/** Answers API Gateway. Events are never logged, whatever the environment says: they hold the callers' tokens. */
export const handler = middy((event: unknown, context: Context) => api(event, context.awsRequestId)).use(
  injectLambdaContext(log, { logEvent: false }),
);
