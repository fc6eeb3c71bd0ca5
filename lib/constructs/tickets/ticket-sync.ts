import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { JobId } from '#core/runs/run.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import type { EnvVars } from '#functions/ticket-sync/config.ts';
import { BundledFunction, type CodeFor, invoke } from '#lib/constructs/bundled-function.ts';
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
  'ZENDESK_AUTH',
  'ZENDESK_REQUESTS_PER_MINUTE',
  'ZENDESK_PAGE_SIZE',
  'TICKET_BACKFILL_DAYS',
  'TICKET_BRANDS',
  'TICKET_FORMS',
  'TICKET_EXCLUDE_TAGS',
  'TICKET_RAW_RETENTION_DAYS',
  'TICKET_TEXT',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | TicketSecretsEnv | TicketWebhookEnv>;

/** How late the night's run may begin, wherever it was held up. */
const GRACE = Duration.hours(1);

/** Props of `TicketSync`. */
export type TicketSyncProps = {
  readonly settings: Settings & Zendesk;
  readonly table: SyncTable;
  readonly secrets: TicketSecrets;
  readonly scheduleGroup: IScheduleGroup;
  /** Goes on where the sync ends. */
  readonly analysis: IFunction;
  /** The same, where nothing is to be analysed. */
  readonly issues: IFunction;
  /**
   * @default - nobody is told of ended runs
   */
  readonly webhook?: TicketWebhook | undefined;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Takes new and changed tickets over from Zendesk, each hour and at night. */
export class TicketSync extends Construct {
  readonly function: BundledFunction;
  /** Those that have a schedule: the night's always, the hour's where there is an interval. */
  readonly jobs: readonly JobSchedule[];

  constructor(scope: Construct, id: string, props: TicketSyncProps) {
    super(scope, id);
    const { settings } = props;
    this.function = new BundledFunction(this, 'Function', {
      name: 'ticket-sync',
      description: 'Takes support tickets over from Zendesk.',
      settings,
      timeout: Duration.minutes(10),
      memorySizeMb: 512,
      maxEventAge: GRACE,
      environment: {
        ...settingsEnvironment(settings, SETTINGS),
        ZENDESK_SUBDOMAIN: settings.ZENDESK_SUBDOMAIN,
        ZENDESK_API_URL: settings.ZENDESK_API_URL,
        TICKET_ANALYSIS_FUNCTION_NAME: props.analysis.functionName,
        TICKET_ISSUES_FUNCTION_NAME: props.issues.functionName,
      } satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.secrets.zendesk.grantRead(this.function);
    props.secrets.requesterKey.grantRead(this.function);
    props.webhook?.grantSend(this.function);
    this.function.allowSelfInvocation();
    this.function.addToRolePolicy(invoke(props.analysis));
    this.function.addToRolePolicy(invoke(props.issues));

    const minutes = settings.TICKET_SYNC_INTERVAL_MINUTES;
    this.jobs = [...(minutes === 0 ? [] : [this.hourly(props, minutes)]), this.nightly(props)];
  }

  private hourly({ settings, scheduleGroup: group }: TicketSyncProps, minutes: number): JobSchedule {
    return new JobSchedule(this, 'Schedule', {
      jobId: JobId.ticketSync,
      title: 'Zendesk ticket sync',
      group,
      expression: `rate(${minutes} minutes)`,
      target: this.function,
      enabled: settings.ENABLE_SCHEDULER,
      // An event older than the interval is worthless: the next one is there already.
      maxEventAge: Duration.minutes(Math.min(minutes, GRACE.toMinutes())),
      input: { task: TicketTask.sync },
    });
  }

  private nightly({ settings, scheduleGroup: group }: TicketSyncProps): JobSchedule {
    return new JobSchedule(this, 'Nightly', {
      jobId: JobId.dailySync,
      title: 'Daily Zendesk Sync',
      group,
      expression: 'cron(0 2 * * ? *)',
      target: this.function,
      enabled: settings.ENABLE_SCHEDULER,
      maxEventAge: GRACE,
      input: { task: TicketTask.pipeline },
    });
  }
}
