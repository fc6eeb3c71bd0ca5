import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Settings } from '#lib/settings/settings.ts';

/** Props of `KeptLogGroup`. */
export type KeptLogGroupProps = {
  readonly settings: Pick<Settings, 'ATOM_SYNC_LOG_RETENTION_DAYS'>;
  /**
   * Whether it may say why a deployment failed, and so outlives even the roll-back of the deployment that made it.
   * @default false
   */
  readonly explainsFailures?: boolean;
  /**
   * @default - CloudFormation makes one, with the stack's name in front
   */
  readonly logGroupName?: string;
};

/**
 * A log group that stays when its part of the stack is switched off and when the stack is gone: an incident begins with
 * the first and may end with the second. Its lines still go after their retention, and empty it costs nothing.
 *
 * Its name must differ from one stack to the next of the same name, or the one that was kept stops the next deployment.
 */
export class KeptLogGroup extends LogGroup {
  constructor(
    scope: Construct,
    id: string,
    { settings, explainsFailures = false, logGroupName }: KeptLogGroupProps,
  ) {
    super(scope, id, {
      retention: settings.ATOM_SYNC_LOG_RETENTION_DAYS as RetentionDays,
      removalPolicy: explainsFailures ? RemovalPolicy.RETAIN : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      logGroupName,
    });
  }
}
