import { JOB_OF_TASK } from '#core/tickets/ticket-event.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { type HttpGateway, startHttpGateway } from '#local/api/http-gateway.ts';
import { deployHandler } from './deployed-handler.ts';
import { endRun, fillTable } from './sample-data.ts';
import { endTaskRun, fillTickets } from './sample-tickets.ts';

export type ServeApiOptions = {
  /** Default: any free one. */
  readonly port?: number;
  readonly routeThrottles?: Parameters<HttpGateway['serve']>[0]['routeThrottles'];
};

/**
 * The API on a port: the handler as it is deployed, behind the local run's gateway, on a throw-away table with
 * a little in it. A run that is started succeeds at once.
 */
export async function serveApi({ port = 0, routeThrottles = {} }: ServeApiOptions = {}) {
  const deployed = await deployHandler();
  await fillTable(deployed);
  await fillTickets(deployed);
  deployed.whenInvoked(({ run_id, task }) =>
    task === undefined ? endRun(deployed, run_id) : endTaskRun(deployed, run_id, JOB_OF_TASK[task]),
  );
  const gateway = await startHttpGateway({ port });
  const routes = [{ routeKey: '$default', functionName: 'admin-api' }];
  gateway.serve({ routes, routeThrottles }, async (_name, payload) => ({
    requestId: 'invocation-1',
    payload: JSON.stringify(await deployed.handle(JSON.parse(payload))),
  }));
  const tokens = Object.values(Level).map(async (level) => {
    const claims = { sub: `local-${level.toLowerCase()}`, 'cognito:groups': [level] };
    return [level, await deployed.issuer.sign({ claims })] as const;
  });
  return {
    url: gateway.url,
    deployed,
    tokens: Object.fromEntries(await Promise.all(tokens)) as Record<Level, string>,
    async stop() {
      await gateway.close();
      await deployed.stop();
    },
  };
}
