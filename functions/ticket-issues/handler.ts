import { publishIncidents } from '#adapters/cloudwatch/issue-metrics.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { parseEnvironment } from '#core/environment.ts';
import { JOB_OF_TASK, readTicketParameters, type TicketParameters } from '#core/tickets/ticket-event.ts';
import { RESUMED_TERMS, TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { envSchema, openIssues } from './config.ts';
import { gaugesOf } from './issue-gauges.ts';
import { runIssues } from './run-issues.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('ticket-issues');
const { deps, stores, invokeSelf, after } = openIssues(env, lambda);

/** Makes issues of the tickets, and tells which of them grow. */
export const handler = createJobHandler<TicketParameters>(lambda, {
  job: ({ task }) => JOB_OF_TASK[task],
  stores,
  enabled: env.TICKETS_ENABLED,
  invokeSelf,
  parametersOf: (event) => {
    after.begin();
    return readTicketParameters(event);
  },
  terms: (parameters, asked) => ({ ...RESUMED_TERMS, ...ticketTerms(parameters, asked) }),
  limits: TICKET_RUN_LIMITS,
  work: (context, parameters) => {
    after.working();
    return runIssues(deps, context, parameters);
  },
  onRun: async (run) => {
    const gauges = gaugesOf(run);
    if (gauges) publishIncidents(lambda.metrics, gauges.incidentsOpen);
    await after.onRun(run);
  },
});
