import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { JobId } from '#core/runs/run.ts';
import type { EnvVars } from '#functions/cache-cleanup/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor } from './bundled-function.ts';
import { JobSchedule } from './job-schedule.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';

const MAX_EVENT_AGE = Duration.hours(1);

/** Props of `CacheCleanup`. */
export type CacheCleanupProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly scheduleGroup: IScheduleGroup;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Deletes at midnight what expired and DynamoDB has not deleted yet. */
export class CacheCleanup extends Construct {
  readonly function: BundledFunction;
  readonly job: JobSchedule;

  constructor(scope: Construct, id: string, props: CacheCleanupProps) {
    super(scope, id);
    this.function = new BundledFunction(this, 'Function', {
      name: 'cache-cleanup',
      description: 'Deletes expired cache entries and old run records.',
      settings: props.settings,
      timeout: Duration.minutes(5),
      memorySizeMb: 256,
      maxEventAge: MAX_EVENT_AGE,
      environment: {} satisfies Omit<EnvVars, SyncTableEnv>,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);

    this.job = new JobSchedule(this, 'Schedule', {
      jobId: JobId.cacheCleanup,
      title: 'Cache cleanup',
      group: props.scheduleGroup,
      expression: 'cron(0 0 * * ? *)',
      target: this.function,
      // It needs no marketplace: what expired goes, whether that is enabled or not.
      enabled: props.settings.ENABLE_SCHEDULER,
      maxEventAge: MAX_EVENT_AGE,
    });
  }
}
