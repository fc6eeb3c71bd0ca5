import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { JobId } from '#core/runs/run.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import type { EnvVars } from '#functions/ticket-issues/config.ts';
import { BundledFunction, type CodeFor } from '#lib/constructs/bundled-function.ts';
import { JobSchedule } from '#lib/constructs/job-schedule.ts';
import { settingsEnvironment } from '#lib/constructs/settings-environment.ts';
import type { SyncTable, SyncTableEnv } from '#lib/constructs/sync-table.ts';
import type { Settings } from '#lib/settings/settings.ts';
import type { Zendesk } from '#lib/settings/ticket-settings.ts';
import type { TicketSecrets, TicketSecretsEnv } from './ticket-secrets.ts';
import type { TicketWebhook, TicketWebhookEnv } from './ticket-webhook.ts';

/** The settings that the function reads. */
const SETTINGS = [
  'TICKETS_ENABLED',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_LABEL_MODEL',
  'CLAUDE_EFFORT',
  'CLAUDE_BUDGET_USD_PER_DAY',
  'CLAUDE_BUDGET_USD_PER_MONTH',
  'CLAUDE_BUDGET_USD_PER_RUN',
  'TICKET_CLUSTER_RESOLUTION',
  'TICKET_MIN_CLUSTER_REQUESTERS',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | TicketSecretsEnv | TicketWebhookEnv>;

/** How late a run may begin: an older invocation has been overtaken by the next hour's. */
const GRACE = Duration.hours(1);

/**
 * Lambda gives CPU with memory: a whole core and two thirds of another, of which the second takes the garbage collector
 * off the first. Grouping 50,000 tickets anew needs some 800 MB and one core.
 */
const MEMORY_MB = 3_008;

/** Props of `TicketIssues`. */
export type TicketIssuesProps = {
  readonly settings: Settings & Zendesk;
  readonly table: SyncTable;
  readonly secrets: TicketSecrets;
  readonly scheduleGroup: IScheduleGroup;
  /**
   * @default - nobody is told of incidents, issues and ended runs
   */
  readonly webhook?: TicketWebhook | undefined;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Groups tickets into issues and finds what grows: at the end of each sync and analysis, anew each week. */
export class TicketIssues extends Construct {
  readonly function: BundledFunction;
  readonly jobs: readonly JobSchedule[];

  constructor(scope: Construct, id: string, props: TicketIssuesProps) {
    super(scope, id);
    const { settings } = props;
    this.function = new BundledFunction(this, 'Function', {
      name: 'ticket-issues',
      description: 'Groups support tickets into issues and finds what grows.',
      settings,
      // As long as Lambda lets it: a consolidation is one computation, which nothing can go on with half done.
      timeout: Duration.minutes(15),
      memorySizeMb: MEMORY_MB,
      maxEventAge: GRACE,
      environment: {
        ...settingsEnvironment(settings, SETTINGS),
        ZENDESK_SUBDOMAIN: settings.ZENDESK_SUBDOMAIN,
      } satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.table.grantTicketLists(this.function);
    props.secrets.anthropic.grantRead(this.function);
    props.webhook?.grantSend(this.function);
    this.function.allowSelfInvocation();
    this.jobs = [this.weekly(props), this.daily(props)];
  }

  private weekly({ settings, scheduleGroup: group }: TicketIssuesProps): JobSchedule {
    return new JobSchedule(this, 'Consolidate', {
      jobId: JobId.ticketConsolidate,
      title: 'Ticket consolidation',
      group,
      expression: 'cron(0 3 ? * SUN *)',
      target: this.function,
      enabled: settings.ENABLE_SCHEDULER,
      maxEventAge: GRACE,
      input: { task: TicketTask.consolidate },
    });
  }

  private daily({ settings, scheduleGroup: group }: TicketIssuesProps): JobSchedule {
    return new JobSchedule(this, 'Retention', {
      jobId: JobId.ticketRetention,
      title: 'Ticket retention',
      group,
      expression: 'cron(0 4 * * ? *)',
      target: this.function,
      enabled: settings.ENABLE_SCHEDULER,
      maxEventAge: GRACE,
      input: { task: TicketTask.retention },
    });
  }
}
