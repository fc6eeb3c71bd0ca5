import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { OLD_TICKET_COPY_HOURS } from '#core/alarm-thresholds.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { type AlarmDefinition, onFirst, zeroFilled } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';
import { waiting } from './resource-alarms.ts';

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } =
  ComparisonOperator;
const { BREACHING, NOT_BREACHING, IGNORE } = TreatMissingData;
const HOUR = Duration.hours(1);
const DAY = Duration.days(1);

/** One failed sync is no alarm: at least three hours, and at least three intervals. */
const STALE_HOURS = 3;
/** Where only the night syncs: a night, its hour of grace and the hour of the sync itself. */
const NIGHTLY_STALE_HOURS = 26;
/** Analyses fail at times; a tenth of them, or all of them, is something else. */
const FAILING_PERCENT = 10;
/** Of two tickets one is half: fewer failures than these are no share of anything, unless nothing else happened. */
const LEAST_FAILURES = 5;

type TicketSettings = Pick<Settings, 'TICKET_SYNC_INTERVAL_MINUTES'>;

/** Alarms on syncs that did not come, or came and did not get there; there are none where nothing starts by itself. */
export function ticketStalenessAlarms(scope: Construct, settings: TicketSettings): AlarmDefinition[] {
  const hours = staleHours(settings);
  const synced = customMetric(scope, 'ticket-sync', 'TicketsSynced', { statistic: Stats.SUM, period: HOUR });
  const age = customMetric(scope, 'ticket-sync', 'TicketCursorAge', {
    statistic: Stats.MINIMUM,
    period: HOUR,
  });
  return [
    {
      name: 'TicketSyncStale',
      severity: 'warning',
      says: `No sync of the support tickets has reached the end of Zendesk's export for ${hours} hours.`,
      metric: zeroFilled(synced, HOUR, 'syncs that reached the end'),
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: hours,
      missing: BREACHING,
      missingBecause: 'a job that does not run sends nothing, and that is what this is about',
    },
    {
      name: 'TicketCursorOld',
      severity: 'critical',
      says: 'The copy of the tickets is more than a day behind: what was deleted at Zendesk may still be here.',
      metric: age,
      comparison: GREATER_THAN_THRESHOLD,
      threshold: Duration.hours(OLD_TICKET_COPY_HOURS).toSeconds(),
      evaluationPeriods: 1,
      missing: IGNORE,
      missingBecause: 'the age is sent while it is too great, and once when it no longer is',
    },
  ];
}

/** Alarms on what the analysis says of itself. */
export function ticketAlarms(scope: Construct, settings: TicketSettings): AlarmDefinition[] {
  return [analysesFailing(scope, settings), budgetExhausted(scope)];
}

/** The alarm on what many requesters suddenly write about, however well all functions work. */
export function incidentAlarms(scope: Construct, settings: TicketSettings): AlarmDefinition[] {
  const open = customMetric(scope, 'ticket-issues', 'IncidentsOpen', {
    statistic: Stats.MAXIMUM,
    period: HOUR,
  });
  return [
    {
      ...onFirst(zeroFilled(open, HOUR, 'open incidents')),
      name: 'IncidentOpen',
      severity: 'warning',
      says: 'Far more people than usual write about one thing: GET /api/digest names it.',
      // As long as syncs may take to come, so that it stays on while each run counts some, and tells of it once.
      evaluationPeriods: staleHours(settings),
      datapointsToAlarm: 1,
      missingBecause: 'only a run that counted some sends it',
    },
  ];
}

/** The alarm on events that nobody took. */
export function webhookAlarms(deadLetters: IQueue): AlarmDefinition[] {
  return [
    {
      ...waiting(deadLetters),
      name: 'WebhookDeadLetters',
      says: 'The webhook has not taken an event of the support tickets in any of its tries.',
    },
  ];
}

function staleHours({ TICKET_SYNC_INTERVAL_MINUTES: minutes }: TicketSettings): number {
  if (minutes === 0) return NIGHTLY_STALE_HOURS;
  // The night syncs as well, whatever the interval.
  return Math.min(NIGHTLY_STALE_HOURS, Math.max(STALE_HOURS, Math.ceil((3 * minutes) / 60)));
}

/**
 * Where only the night analyses there is one hour a day to go by; otherwise one bad hour is let pass. Runs without a
 * failure send nothing, so that the share is of the others' tickets alone.
 */
function analysesFailing(scope: Construct, settings: TicketSettings): AlarmDefinition {
  const options = { statistic: Stats.SUM, period: HOUR };
  const [evaluationPeriods, datapointsToAlarm] =
    settings.TICKET_SYNC_INTERVAL_MINUTES === 0 ? [1, 1] : [3, 2];
  const share = '100 * failed / SUM([failed, analysed])';
  return {
    name: 'TicketAnalysesFailing',
    severity: 'warning',
    says: `Of the support tickets in an hour's runs with a failure, at least ${FAILING_PERCENT} % could not be analysed, no fewer than ${LEAST_FAILURES}, or every one.`,
    metric: new MathExpression({
      // Filled as a whole: an hour without a failure has no share, and must not be one without a value.
      expression: `FILL(IF(failed >= ${LEAST_FAILURES}, ${share}, IF(${share} >= 100, 100, 0)), 0)`,
      usingMetrics: {
        failed: customMetric(scope, 'ticket-analysis', 'TicketAnalysesFailed', options),
        analysed: customMetric(scope, 'ticket-analysis', 'TicketsAnalysed', options),
      },
      period: HOUR,
      label: 'failed analyses of the runs with a failure, %',
    }),
    comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: FAILING_PERCENT,
    evaluationPeriods,
    datapointsToAlarm,
    missing: NOT_BREACHING,
    missingBecause: 'only a run with a failure sends them; TicketSyncStale tells of runs that do not come',
  };
}

function budgetExhausted(scope: Construct): AlarmDefinition {
  const exhausted = customMetric(scope, 'ticket-analysis', 'TicketBudgetExhausted', {
    statistic: Stats.SUM,
    period: DAY,
  });
  return {
    ...onFirst(zeroFilled(exhausted, DAY, 'runs without budget')),
    name: 'TicketBudgetUsedUp',
    severity: 'warning',
    says: 'Support tickets wait for their analysis because a budget of Claude is used up.',
    missingBecause: 'only a run that was stopped by it sends it',
  };
}
