import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Aws, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Level, RESOURCE_SERVER } from '#core/governance-level.ts';
import type { MachineClient } from '#lib/settings/machine-clients.ts';

/** Governance levels, the highest first: Cognito gives the lowest number precedence. */
const GROUPS = Object.values(Level).toReversed();

/**
 * Each token of a machine is paid for, and each is asked for again when it ends. Taking a client out of the settings
 * ends its tokens at once all the same, since the API takes those of the clients that it knows.
 */
const MACHINE_TOKEN_HOURS = 12;

/** Props of `Identity`. */
export type IdentityProps = {
  /**
   * `iss` of the tokens, given together with `audience`.
   * @default - a Cognito user pool is made
   */
  readonly issuer?: string | undefined;
  /**
   * `aud` of the tokens.
   * @default - the app clients of the pool
   */
  readonly audience?: string | undefined;
  /** What gets tokens from the pool without a person. Nothing where the issuer was given. */
  readonly machines: readonly MachineClient[];
};

/** What the pool is made of that others have to know. */
type Pool = {
  readonly userPool: UserPool;
  readonly people: UserPoolClient;
  /** By their names. */
  readonly machines: ReadonlyMap<string, UserPoolClient>;
  /** Where a machine gets its tokens. */
  readonly tokenUrl: string;
};

/** Who issues the API's tokens: an issuer that is there already, or a Cognito user pool of our own. */
export class Identity extends Construct {
  readonly issuer: string;
  /** For whom tokens may be. Cognito's access tokens name their client in place of an audience, so each is one. */
  readonly audiences: string[];
  /** Undefined when the issuer was given. */
  private readonly pool?: Pool;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    if (props.issuer !== undefined && props.audience !== undefined) {
      this.issuer = props.issuer;
      this.audiences = [props.audience];
      return;
    }
    this.pool = this.createPool(props.machines);
    const { userPool, people, machines } = this.pool;
    this.issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${userPool.userPoolId}`;
    this.audiences = [people, ...machines.values()].map((client) => client.userPoolClientId);
  }

  /** Outputs of the stack, by name; none where the issuer was given. */
  get outputs(): Readonly<Record<string, string>> {
    if (this.pool === undefined) return {};
    const { userPool, people, machines, tokenUrl } = this.pool;
    const ids = [...machines].map(([name, client]) => [name, client.userPoolClientId]);
    return {
      UserPoolId: userPool.userPoolId,
      UserPoolClientId: people.userPoolClientId,
      TokenUrl: tokenUrl,
      MachineClients: Stack.of(this).toJsonString(Object.fromEntries(ids)),
    };
  }

  private createPool(machines: readonly MachineClient[]): Pool {
    const userPool = this.createUserPool();
    const people = this.createClient(userPool);
    const scopes = new Map(
      GROUPS.map((level) => [
        level,
        new ResourceServerScope({ scopeName: level, scopeDescription: `What ${level} may do` }),
      ]),
    );
    const server = userPool.addResourceServer('Levels', {
      identifier: RESOURCE_SERVER,
      scopes: [...scopes.values()],
    });
    const clientOf = ({ name, level }: MachineClient) => {
      const scope = scopes.get(level);
      return createMachineClient(userPool, name, scope && OAuthScope.resourceServer(server, scope));
    };
    return {
      userPool,
      people,
      machines: new Map(machines.map((machine) => [machine.name, clientOf(machine)])),
      tokenUrl: `${this.createDomain(userPool)}/oauth2/token`,
    };
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
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      // Users and their second factors can't be made again by a deployment. Kept even where the deployment that makes
      // it fails: what is protected can't be deleted, and the roll-back would fail at it.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(userPool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'What the Plus plan adds judges sign-ins by the address they come from, which a sign-in with AWS credentials does ' +
        'not have. There is no sign-up, a second factor is required, and passwords have 14 characters at least.',
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

  /**
   * Where machines get their tokens. A name is taken once in a region, whoever has it: this one is the stack's own id,
   * without the stack's name, which may have a word in it that Cognito refuses.
   */
  private createDomain(userPool: UserPool): string {
    const domainPrefix = `${RESOURCE_SERVER}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
    return userPool.addDomain('Domain', { cognitoDomain: { domainPrefix } }).baseUrl();
  }
}

/** A client that gets tokens of one level with its secret, and can do nothing else: no person can sign in by it. */
function createMachineClient(
  userPool: UserPool,
  name: string,
  scope: OAuthScope | undefined,
): UserPoolClient {
  return userPool.addClient(`Machine-${name}`, {
    userPoolClientName: name,
    generateSecret: true,
    // Without any flow named, Cognito would allow signing in with a password.
    authFlows: { userSrp: false },
    oAuth: { flows: { clientCredentials: true }, scopes: scope && [scope] },
    accessTokenValidity: Duration.hours(MACHINE_TOKEN_HOURS),
    enableTokenRevocation: true,
  });
}
