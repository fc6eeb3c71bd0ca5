import { Policy } from 'aws-cdk-lib/aws-iam';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { EnvVars } from '#functions/skill-sync/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor, invoke } from './bundled-function.ts';
import { JobSchedule } from './job-schedule.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';

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
      environment: environment(settings),
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.token.grantRead(this.function);
    const continuation = this.allowContinuation();

    const enabled = settings.ENABLE_SCHEDULER && settings.ATOM_SAAS_ENABLED;
    this.job = new JobSchedule(this, 'Schedule', {
      jobId: 'skill-sync-atom-saas',
      title: 'Atom SaaS skill sync',
      group: props.scheduleGroup,
      expression: `rate(${settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES} minutes)`,
      target: this.function,
      enabled,
      maxEventAge: interval,
    });
    if (enabled) this.syncAfterDeployment([continuation, props.table, props.token]);
  }

  /**
   * A run that nears the function's end goes on in a new invocation. A policy of its own, since the role's
   * default policy is made before the function and so can't name it.
   */
  private allowContinuation(): Policy {
    const policy = new Policy(this, 'Continuation', { statements: [invoke(this.function)] });
    if (this.function.role !== undefined) policy.attachToRole(this.function.role);
    return policy;
  }

  private syncAfterDeployment(executeAfter: Construct[]): void {
    new Trigger(this, 'FirstSync', {
      handler: this.function,
      invocationType: InvocationType.EVENT,
      executeAfter,
    });
  }
}

function environment(settings: Settings) {
  return {
    ATOM_SAAS_ENABLED: String(settings.ATOM_SAAS_ENABLED),
    ATOM_SAAS_API_URL: settings.ATOM_SAAS_API_URL,
    ATOM_SAAS_API_TIMEOUT_SECONDS: String(settings.ATOM_SAAS_API_TIMEOUT_SECONDS),
    ATOM_SAAS_SYNC_INTERVAL_MINUTES: String(settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES),
    ATOM_SAAS_PAGE_SIZE: String(settings.ATOM_SAAS_PAGE_SIZE),
    ATOM_SAAS_CACHE_TTL_HOURS: String(settings.ATOM_SAAS_CACHE_TTL_HOURS),
    ATOM_SAAS_CONFLICT_STRATEGY: settings.ATOM_SAAS_CONFLICT_STRATEGY,
  } satisfies Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv>;
}
