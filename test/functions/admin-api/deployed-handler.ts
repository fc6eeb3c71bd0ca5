import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import dynalite from 'dynalite';
import { vi } from 'vitest';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import type { TicketTask } from '#core/tickets/ticket-task.ts';
import type { EnvVars, TicketEnvVars } from '#functions/admin-api/config.ts';
import { createTable } from '#test/engines/dynalite.ts';
import { MACHINE, startIssuer } from '#test/functions/adapters/jwt/token-issuer.ts';
import {
  CLEANUP,
  definition,
  GROUP,
  startScheduler,
} from '#test/functions/adapters/scheduler/start-scheduler.ts';
import { type Answered, type EventParts, eventOf, read } from './call-api.ts';
import { TICKET_VARIABLES } from './ticket-variables.ts';

const AUDIENCE = 'atom-sync-clients';

/**
 * The handler as it is deployed: its module, its environment, a real table, a real issuer, the local run's
 * scheduler, and a stand-in for the Invoke call that only writes down what it was sent.
 *
 * @param engine a DynamoDB to use, with or without the table. Default: a new one in this process
 */
export async function deployHandler(engine?: { readonly url: string; readonly hasTable: boolean }) {
  const [issuer, scheduler] = await Promise.all([
    startIssuer(AUDIENCE),
    startScheduler([definition(), { ...CLEANUP, State: 'ENABLED' }]),
  ]);
  const database = engine === undefined ? dynalite({ createTableMs: 0 }) : undefined;
  const lambda = createLambda();
  const [databaseUrl, lambdaUrl] = await Promise.all([
    database ? listen(database) : engine?.url,
    listen(lambda.server),
  ]);
  const variables = variablesWith(issuer.issuer);
  Object.assign(process.env, variables, {
    POWERTOOLS_METRICS_NAMESPACE: 'AtomSync',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: databaseUrl,
    AWS_ENDPOINT_URL_LAMBDA: lambdaUrl,
    AWS_ENDPOINT_URL_SCHEDULER: scheduler.url,
  });
  const client = createDocumentClient();
  if (!engine?.hasTable) await createTable(client, variables.TABLE_NAME);
  const { handler } = await import('#functions/admin-api/handler.ts');
  const context = { awsRequestId: 'invocation-1', functionName: 'admin-api' } as Context;

  return {
    issuer,
    scheduler: scheduler.scheduler,
    invocations: lambda.invocations,
    table: { client, name: variables.TABLE_NAME },
    /** Answers a whole event of API Gateway. */
    handle: async (event: unknown) => (await handler(event, context)) as APIGatewayProxyStructuredResultV2,
    call: callOf(handler, context),
    /** Another instance, which has asked nobody for anything yet. */
    async coldStart() {
      vi.resetModules();
      const another = await import('#functions/admin-api/handler.ts');
      return callOf(another.handler, context);
    },
    whenInvoked: lambda.whenInvoked,
    async stop() {
      client.destroy();
      for (const server of [database, lambda.server]) {
        server?.close();
        server?.closeAllConnections();
      }
      await Promise.all([issuer.stop(), scheduler.stop()]);
    },
  };
}

/** What a run is asked for with, as far as tests look into it. */
type InvokedEvent = { readonly run_id: string; readonly task?: TicketTask };

/** A stand-in for Lambda's Invoke call: it takes every event, and does then what it was told to do. */
function createLambda() {
  const invocations: unknown[] = [];
  let onInvoke: ((event: InvokedEvent) => Promise<void>) | undefined;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const event = JSON.parse(text);
    invocations.push(event);
    response.writeHead(202).end();
    await onInvoke?.(event);
  });
  const whenInvoked = (act: typeof onInvoke) => {
    onInvoke = act;
  };
  return { server, invocations, whenInvoked };
}

/** The environment of the function, as the stack writes it. */
function variablesWith(issuer: string): EnvVars & TicketEnvVars {
  return {
    TABLE_NAME: 'atom-sync',
    SKILL_SYNC_FUNCTION_NAME: 'skill-sync',
    RATING_SYNC_FUNCTION_NAME: 'rating-sync',
    JWT_ISSUER: issuer,
    JWT_AUDIENCES: `${AUDIENCE} ${MACHINE.id}`,
    JWT_LEVELS_CLAIM: 'cognito:groups',
    ATOM_SAAS_ENABLED: 'true',
    ATOM_SAAS_SYNC_INTERVAL_MINUTES: '15',
    ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: '30',
    ATOM_SAAS_WS_ENABLED: 'true',
    ENABLE_SCHEDULER: 'true',
    SCHEDULE_GROUP: GROUP,
    SCHEDULED_JOBS: 'skill-sync-atom-saas,cache-cleanup',
    ...TICKET_VARIABLES,
  };
}

type Handler = typeof import('#functions/admin-api/handler.ts').handler;

function callOf(handler: Handler, context: Context) {
  return async (parts: EventParts): Promise<Answered> =>
    read((await handler(eventOf(parts), context)) as APIGatewayProxyStructuredResultV2);
}

export type DeployedHandler = Awaited<ReturnType<typeof deployHandler>>;

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
