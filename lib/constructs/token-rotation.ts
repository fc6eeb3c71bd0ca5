import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvVars } from '#functions/token-rotation/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor } from './bundled-function.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import { settingsEnvironment } from './settings-environment.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';

/** The settings that the function reads. */
const SETTINGS = [
  'ATOM_INSTANCE_ID',
  'ATOM_SAAS_API_URL',
  'ATOM_SAAS_API_TIMEOUT_SECONDS',
  'ATOM_SYNC_TOKEN_ROTATION_DAYS',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv>;

/** The permission's id under the function; the schedule waits for it. */
const PERMISSION = 'SecretsManager';

/** Props of `TokenRotation`. */
export type TokenRotationProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly token: MarketplaceToken;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/**
 * Replaces the marketplace's token every so many days. Without the marketplace there is nothing here, and without the
 * scheduler no schedule: the function then waits for somebody who rotates by hand.
 */
export class TokenRotation extends Construct {
  /** One, or none where the marketplace is off. */
  readonly functions: readonly BundledFunction[] = [];

  constructor(scope: Construct, id: string, props: TokenRotationProps) {
    super(scope, id);
    const { settings, token } = props;
    if (!settings.ATOM_SAAS_ENABLED) {
      token.acknowledgeNoRotation(
        'ATOM_SAAS_ENABLED is false: no call may leave, and a new token takes one.',
      );
      return;
    }
    const fn = new BundledFunction(this, 'Function', {
      name: 'token-rotation',
      description: "Carries out the steps of Secrets Manager's rotation of the marketplace token.",
      settings,
      timeout: Duration.minutes(3),
      memorySizeMb: 256,
      // Secrets Manager calls it while the schedule is made.
      explainsFailures: true,
      environment: settingsEnvironment(settings, SETTINGS) satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    this.functions = [fn];
    token.grantRotate(fn);
    props.table.grantRequestWindow(fn);
    fn.addPermission(PERMISSION, {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
      sourceArn: token.secret.secretArn,
    });
    if (settings.ENABLE_SCHEDULER) this.schedule(fn, props);
    else token.acknowledgeNoRotation('ENABLE_SCHEDULER is false: nothing may start by itself.');
  }

  /** Not `addRotationSchedule`, which would allow the function to make random passwords, for every secret. */
  private schedule(fn: BundledFunction, { settings, token }: TokenRotationProps): void {
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: token.secret.secretArn,
      rotationLambdaArn: fn.functionArn,
      rotationRules: { automaticallyAfterDays: settings.ATOM_SYNC_TOKEN_ROTATION_DAYS },
      // In a new stack there is no token yet to ask for another with, and no deployment should change the token.
      rotateImmediatelyOnUpdate: false,
    });
    // Secrets Manager calls the function while the schedule is made: whether it may must be settled by then.
    schedule.node.addDependency(fn.node.findChild(PERMISSION), fn);
    if (fn.role !== undefined) schedule.node.addDependency(fn.role);
  }
}
