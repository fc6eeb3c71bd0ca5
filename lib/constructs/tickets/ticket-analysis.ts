import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvVars } from '#functions/ticket-analysis/config.ts';
import { BundledFunction, type CodeFor, invoke } from '#lib/constructs/bundled-function.ts';
import { passToScheduler, ScheduledInvocation } from '#lib/constructs/scheduled-invocation.ts';
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
  'CLAUDE_ANALYSIS_MODEL',
  'CLAUDE_EFFORT',
  'CLAUDE_MODE',
  'CLAUDE_BUDGET_USD_PER_DAY',
  'CLAUDE_BUDGET_USD_PER_MONTH',
  'CLAUDE_BUDGET_USD_PER_RUN',
  'TICKET_PRODUCT_AREAS',
  'TICKET_ANALYZE_BATCH_SIZE',
  'TICKET_DIRECT_MAX',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | TicketSecretsEnv | TicketWebhookEnv | BatchPollEnv>;
type BatchPollEnv = 'BATCH_POLL_ROLE_ARN' | 'BATCH_POLL_DEAD_LETTERS_ARN';

/** The schedule that asks after an open batch. The function makes it and deletes it: no template has it. */
const BATCH_POLL = 'ticket-batch-poll';

/** Older than this, an invocation has been overtaken by the next hour's. */
const MAX_EVENT_AGE = Duration.hours(1);

/** Props of `TicketAnalysis`. */
export type TicketAnalysisProps = {
  readonly settings: Settings & Zendesk;
  readonly table: SyncTable;
  readonly secrets: TicketSecrets;
  readonly scheduleGroup: IScheduleGroup;
  /** Goes on where the analysis ends. */
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

/** Has Claude read the tickets that wait for it, one by one or as a batch. */
export class TicketAnalysis extends Construct {
  readonly function: BundledFunction;
  /** Of the schedule that asks after an open batch. */
  readonly batchPoll: ScheduledInvocation;

  constructor(scope: Construct, id: string, props: TicketAnalysisProps) {
    super(scope, id);
    const { settings, scheduleGroup: group } = props;
    this.function = new BundledFunction(this, 'Function', {
      name: 'ticket-analysis',
      description: 'Has Claude read support tickets, within a budget.',
      settings,
      // As long as Lambda lets it: an answer that was paid for and is not awaited is lost.
      timeout: Duration.minutes(15),
      memorySizeMb: 512,
      maxEventAge: MAX_EVENT_AGE,
      environment: {
        ...settingsEnvironment(settings, SETTINGS),
        ZENDESK_SUBDOMAIN: settings.ZENDESK_SUBDOMAIN,
        SCHEDULE_GROUP: group.scheduleGroupName,
        TICKET_ISSUES_FUNCTION_NAME: props.issues.functionName,
      } satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.secrets.anthropic.grantRead(this.function);
    props.webhook?.grantSend(this.function);
    this.function.allowSelfInvocation();
    this.function.addToRolePolicy(invoke(props.issues));

    this.batchPoll = new ScheduledInvocation(this, 'BatchPoll', { group, target: this.function });
    this.allowBatchPoll(group);
  }

  /** Making that one schedule, which hands its role over, and deleting it. */
  private allowBatchPoll(group: IScheduleGroup): void {
    const { role, missed } = this.batchPoll;
    const poll: Record<BatchPollEnv, string> = {
      BATCH_POLL_ROLE_ARN: role.roleArn,
      BATCH_POLL_DEAD_LETTERS_ARN: missed.queueArn,
    };
    for (const [name, arn] of Object.entries(poll)) this.function.addEnvironment(name, arn);
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule', 'scheduler:GetSchedule', 'scheduler:DeleteSchedule'],
        resources: [
          Stack.of(this).formatArn({
            service: 'scheduler',
            resource: 'schedule',
            resourceName: `${group.scheduleGroupName}/${BATCH_POLL}`,
            arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
          }),
        ],
      }),
    );
    this.function.addToRolePolicy(passToScheduler([role]));
  }
}
