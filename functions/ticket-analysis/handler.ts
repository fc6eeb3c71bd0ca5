import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import { createJobHandler } from '#adapters/lambda/job-handler.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { parseEnvironment } from '#core/environment.ts';
import { JOB_OF_TASK, readTicketParameters, type TicketParameters } from '#core/tickets/ticket-event.ts';
import { RESUMED_TERMS, TICKET_RUN_LIMITS, ticketTerms } from '#core/tickets/ticket-terms.ts';
import { analyseThenAssign } from './analyse-then-assign.ts';
import { envSchema, openAnalysis } from './config.ts';

const env = parseEnvironment(envSchema, process.env);
const lambda = openFunction('ticket-analysis');
const { deps, stores, invokeSelf, after } = openAnalysis(env, lambda);

/** Has Claude analyse the tickets that wait for it. */
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
    after.working(context.begun.stage);
    return analyseThenAssign(deps, context, parameters);
  },
  onRun: async (run) => {
    publishAnalyses(lambda.metrics, run);
    await after.onRun(run);
  },
});
