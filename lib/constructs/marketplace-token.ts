import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Workload } from './workload.ts';

/** What `grantRead` adds to a workload's environment. */
export type MarketplaceTokenEnv = 'TOKEN_SECRET_ID';

/**
 * The secret with the marketplace token, as `{"token": "…"}`. It is created with an empty token; the operator
 * puts the real one in after the first deployment, so that no template and no deployment log ever has it.
 */
export class MarketplaceToken extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Token of the Atom SaaS marketplace: {"token": "<token>"}',
      // Without a generated key CDK fills the secret with a random password that passes for a token.
      generateSecretString: { secretStringTemplate: '{"token":""}', generateStringKey: 'placeholder' },
      // After a rotation this is the only copy of the only token that still works. Where the deployment that makes it
      // fails, nobody has put one in yet.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  grantRead(workload: Workload): void {
    workload.addEnvironment('TOKEN_SECRET_ID' satisfies MarketplaceTokenEnv, this.secret.secretArn);
    this.allow(workload, ['secretsmanager:GetSecretValue']);
  }

  /** What a rotation needs, on this secret alone. */
  grantRotate(workload: Workload): void {
    this.grantRead(workload);
    this.allow(workload, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
  }

  /** To be called where nothing rotates it by the calendar. */
  acknowledgeNoRotation(reason: string): void {
    Validations.of(this.secret).acknowledge({ id: 'AwsSolutions-SMG4', reason });
  }

  private allow(workload: Workload, actions: string[]): void {
    workload.addToRolePolicy(new PolicyStatement({ actions, resources: [this.secret.secretArn] }));
  }
}
