import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { type CfnResource, Duration, Stack } from 'aws-cdk-lib/core';
import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import { JobId } from '#core/runs/run.ts';
import type { EnvVars } from '#functions/skill-sync/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor } from './bundled-function.ts';
import { JobSchedule } from './job-schedule.ts';
import { KeptLogGroup } from './kept-log-group.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import { settingsEnvironment } from './settings-environment.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';

/** The settings that the function reads. */
const SETTINGS = [
  'ATOM_SAAS_ENABLED',
  'ATOM_SAAS_API_URL',
  'ATOM_SAAS_API_TIMEOUT_SECONDS',
  'ATOM_SAAS_SYNC_INTERVAL_MINUTES',
  'ATOM_SAAS_PAGE_SIZE',
  'ATOM_SAAS_CACHE_TTL_HOURS',
  'ATOM_SAAS_CONFLICT_STRATEGY',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv>;

/** What the CDK calls the provider of its triggers. */
const TRIGGER_PROVIDER = 'AWSCDK.TriggerCustomResourceProviderCustomResourceProvider';

/** Props of `SkillSync`. */
export type SkillSyncProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly token: MarketplaceToken;
  readonly scheduleGroup: IScheduleGroup;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Keeps the cached skills and categories equal to the marketplace's. */
export class SkillSync extends Construct {
  readonly function: BundledFunction;
  readonly job: JobSchedule;

  constructor(scope: Construct, id: string, props: SkillSyncProps) {
    super(scope, id);
    const { settings } = props;
    const interval = Duration.minutes(settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES);
    this.function = new BundledFunction(this, 'Function', {
      name: 'skill-sync',
      description: 'Syncs skills and categories from the Atom SaaS marketplace.',
      settings,
      timeout: Duration.minutes(5),
      memorySizeMb: 512,
      // An event older than the interval is worthless: the next one is there already.
      maxEventAge: interval,
      environment: settingsEnvironment(settings, SETTINGS) satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.token.grantRead(this.function);
    const continuation = this.function.allowSelfInvocation();

    const enabled = settings.ENABLE_SCHEDULER && settings.ATOM_SAAS_ENABLED;
    this.job = new JobSchedule(this, 'Schedule', {
      jobId: JobId.skillSync,
      title: 'Atom SaaS skill sync',
      group: props.scheduleGroup,
      expression: `rate(${settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES} minutes)`,
      target: this.function,
      enabled,
      maxEventAge: interval,
    });
    if (enabled) this.syncWhenChanged(settings, [continuation, props.table, props.token]);
  }

  /**
   * Starts a sync when the stack is made, and in each deployment that changes this function's code or settings. Not in
   * each one whatever it changes: a property that is always another would make a change of every `cdk diff`.
   */
  private syncWhenChanged(settings: Settings, executeAfter: Construct[]): void {
    new Trigger(this, 'FirstSync', {
      handler: this.function,
      invocationType: InvocationType.EVENT,
      executeAfter,
    });
    // The CDK's function behind all triggers, which by itself logs to a group without end that no template knows.
    const stack = Stack.of(this);
    const provider = stack.node.findChild(TRIGGER_PROVIDER).node.findChild('Handler') as CfnResource;
    // Beside it, so that the log group of this function is the only one whose id begins with this construct's.
    const logs = new KeptLogGroup(stack, 'TriggerLogs', { settings, explainsFailures: true });
    provider.addPropertyOverride('LoggingConfig', { LogGroup: logs.logGroupName });
  }
}
