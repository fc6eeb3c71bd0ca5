import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Annotations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { TicketEnvVars } from '#functions/admin-api/config.ts';
import { type BundledFunction, type CodeFor, invoke } from '#lib/constructs/bundled-function.ts';
import type { JobSchedule } from '#lib/constructs/job-schedule.ts';
import { settingsEnvironment } from '#lib/constructs/settings-environment.ts';
import type { SyncTable } from '#lib/constructs/sync-table.ts';
import type { Workload } from '#lib/constructs/workload.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { hasTickets, type Zendesk } from '#lib/settings/ticket-settings.ts';
import { TicketAnalysis } from './ticket-analysis.ts';
import { TicketIssues } from './ticket-issues.ts';
import { TicketSecrets } from './ticket-secrets.ts';
import { TicketSync } from './ticket-sync.ts';
import { TicketWebhook } from './ticket-webhook.ts';

/** The settings that the API reads: what it answers for the tickets, and what a run may cost. */
const API_SETTINGS = [
  'TICKETS_ENABLED',
  'CLAUDE_ANALYSIS_MODEL',
  'CLAUDE_BUDGET_USD_PER_DAY',
  'CLAUDE_BUDGET_USD_PER_MONTH',
  'CLAUDE_BUDGET_USD_PER_RUN',
  'TICKET_PRODUCT_AREAS',
  'TICKET_DIRECT_MAX',
  'TICKET_MIN_CLUSTER_REQUESTERS',
] as const satisfies readonly (keyof TicketEnvVars)[];

/** Props of `Tickets`. */
export type TicketsProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly scheduleGroup: IScheduleGroup;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** The support tickets: from Zendesk to the table, through Claude, and into issues. */
export class Tickets extends Construct {
  /** The tickets where there are any to deploy; otherwise nothing is made, and the answer is undefined. */
  static whereConfigured(scope: Construct, { settings, ...props }: TicketsProps): Tickets | undefined {
    return hasTickets(settings) ? new Tickets(scope, 'Tickets', { ...props, settings }) : undefined;
  }

  readonly sync: TicketSync;
  readonly analysis: TicketAnalysis;
  readonly issues: TicketIssues;
  readonly webhook?: TicketWebhook;
  /** What the API's function is told of them. */
  readonly apiEnvironment: Readonly<TicketEnvVars>;
  readonly #secrets: TicketSecrets;
  readonly #table: SyncTable;

  private constructor(
    scope: Construct,
    id: string,
    props: TicketsProps & { readonly settings: Settings & Zendesk },
  ) {
    super(scope, id);
    const { settings, table } = props;
    this.#table = table;
    const { TICKET_WEBHOOK_URL: url } = settings;
    const secrets = new TicketSecrets(this, 'Secrets', { webhook: url !== undefined });
    this.#secrets = secrets;
    if (url !== undefined) this.webhook = new TicketWebhook(this, 'Webhook', { ...props, url, secrets });
    const { webhook } = this;
    this.issues = new TicketIssues(this, 'Issues', { ...props, secrets, webhook });
    const issues = this.issues.function;
    this.analysis = new TicketAnalysis(this, 'Analysis', { ...props, secrets, webhook, issues });
    const analysis = this.analysis.function;
    this.sync = new TicketSync(this, 'Sync', { ...props, secrets, webhook, analysis, issues });
    this.apiEnvironment = {
      ...settingsEnvironment(settings, API_SETTINGS),
      ZENDESK_SUBDOMAIN: settings.ZENDESK_SUBDOMAIN,
      ZENDESK_API_URL: settings.ZENDESK_API_URL,
      TICKET_SYNC_FUNCTION_NAME: this.sync.function.functionName,
      TICKET_ANALYSIS_FUNCTION_NAME: analysis.functionName,
      TICKET_ISSUES_FUNCTION_NAME: issues.functionName,
    };
    if (settings.ZENDESK_AUTH === 'token') this.warnOfTokens();
  }

  get functions(): readonly BundledFunction[] {
    const own = [this.sync.function, this.analysis.function, this.issues.function];
    return this.webhook === undefined ? own : [...own, this.webhook.function];
  }

  /** Starting tasks and listing tickets, as the API does. */
  grantUse(workload: Workload): void {
    workload.addToRolePolicy(invoke(this.sync.function));
    workload.addToRolePolicy(invoke(this.analysis.function));
    workload.addToRolePolicy(invoke(this.issues.function));
    this.#table.grantTicketLists(workload);
  }

  get jobs(): readonly JobSchedule[] {
    return [...this.sync.jobs, ...this.issues.jobs];
  }

  /** Outputs of the stack, by name. */
  get outputs(): Readonly<Record<string, string>> {
    const { zendesk, anthropic, webhookKey } = this.#secrets;
    return {
      ZendeskSecretArn: zendesk.secret.secretArn,
      AnthropicSecretArn: anthropic.secret.secretArn,
      ...(webhookKey !== undefined && { WebhookKeySecretArn: webhookKey.secret.secretArn }),
      ...(this.webhook !== undefined && {
        WebhooksQueueUrl: this.webhook.queue.queueUrl,
        WebhookDeadLettersQueueUrl: this.webhook.deadLetters.queueUrl,
      }),
    };
  }

  private warnOfTokens(): void {
    Annotations.of(this).addWarningV2(
      'atom-sync:zendesk-api-token',
      'ZENDESK_AUTH is token: Zendesk ends all API tokens on 2027-04-30. Make an OAuth client before, ' +
        'put it into the secret and set ZENDESK_AUTH=oauth (docs/deployment.md).',
    );
  }
}
