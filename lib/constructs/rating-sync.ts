import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { JobId } from '#core/runs/run.ts';
import type { EnvVars } from '#functions/rating-sync/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor } from './bundled-function.ts';
import { JobSchedule } from './job-schedule.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import { settingsEnvironment } from './settings-environment.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';
import type { UploadQueues, UploadQueuesEnv } from './upload-queues.ts';

/** The settings that the function reads. */
const SETTINGS = [
  'ATOM_SAAS_ENABLED',
  'ATOM_SAAS_API_URL',
  'ATOM_SAAS_API_TIMEOUT_SECONDS',
  'ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv | UploadQueuesEnv>;

/** Props of `RatingSync`. */
export type RatingSyncProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly token: MarketplaceToken;
  readonly queues: UploadQueues;
  readonly scheduleGroup: IScheduleGroup;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Queues the ratings that are due, and takes over what is newer in the marketplace. */
export class RatingSync extends Construct {
  readonly function: BundledFunction;
  readonly job: JobSchedule;

  constructor(scope: Construct, id: string, props: RatingSyncProps) {
    super(scope, id);
    const { settings } = props;
    const interval = Duration.minutes(settings.ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES);
    this.function = new BundledFunction(this, 'Function', {
      name: 'rating-sync',
      description: 'Queues ratings for their upload and takes over newer ones.',
      settings,
      timeout: Duration.minutes(5),
      memorySizeMb: 256,
      // An event older than the interval is worthless: the next one is there already.
      maxEventAge: interval,
      environment: settingsEnvironment(settings, SETTINGS) satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.token.grantRead(this.function);
    props.queues.grantReconcile(this.function);
    this.function.allowSelfInvocation();

    this.job = new JobSchedule(this, 'Schedule', {
      jobId: JobId.ratingSync,
      title: 'Atom SaaS rating sync',
      group: props.scheduleGroup,
      expression: `rate(${settings.ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES} minutes)`,
      target: this.function,
      enabled: settings.ENABLE_SCHEDULER && settings.ATOM_SAAS_ENABLED,
      maxEventAge: interval,
    });
  }
}
