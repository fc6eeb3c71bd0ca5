import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Governance levels, the highest first: Cognito gives the lowest number precedence. */
const GROUPS = ['AUTONOMOUS', 'SUPERVISED', 'INTERN', 'STUDENT'] as const;

/** Props of `Identity`. */
export type IdentityProps = {
  /**
   * `iss` of the tokens, given together with `audience`.
   * @default - a Cognito user pool is made
   */
  readonly issuer?: string;
  /**
   * `aud` of the tokens.
   * @default - the Cognito app client
   */
  readonly audience?: string;
};

/** Who issues the API's tokens: an issuer that is there already, or a Cognito user pool of our own. */
export class Identity extends Construct {
  readonly issuer: string;
  readonly audience: string;
  /** Undefined when the issuer was given. */
  readonly userPool?: UserPool;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    if (props.issuer !== undefined && props.audience !== undefined) {
      this.issuer = props.issuer;
      this.audience = props.audience;
      return;
    }
    this.userPool = this.createUserPool();
    this.issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${this.userPool.userPoolId}`;
    this.audience = this.createClient(this.userPool).userPoolClientId;
  }

  /** Outputs of the stack, by name; none where the issuer was given. */
  get outputs(): Readonly<Record<string, string>> {
    if (this.userPool === undefined) return {};
    return { UserPoolId: this.userPool.userPoolId, UserPoolClientId: this.audience };
  }

  private createUserPool(): UserPool {
    const userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      // Users and their second factors can't be made again by a deployment.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const [precedence, groupName] of GROUPS.entries()) {
      new UserPoolGroup(this, groupName, { userPool, groupName, precedence });
    }
    return userPool;
  }

  private createClient(userPool: UserPool): UserPoolClient {
    return userPool.addClient('Client', {
      generateSecret: false,
      disableOAuth: true,
      // The second is how an operator gets a token on the command line, with AWS credentials.
      authFlows: { userSrp: true, adminUserPassword: true },
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
    });
  }
}
