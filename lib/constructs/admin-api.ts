import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Aws, Duration, Fn, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvVars, TicketEnvVars } from '#functions/admin-api/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor, invoke } from './bundled-function.ts';
import type { Identity } from './identity.ts';
import type { JobSchedule } from './job-schedule.ts';
import { KeptLogGroup } from './kept-log-group.ts';
import { passToScheduler } from './scheduled-invocation.ts';
import { settingsEnvironment } from './settings-environment.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';
import type { Tickets } from './tickets/tickets.ts';

/** The settings that the function reads. */
const SETTINGS = [
  'ATOM_SAAS_ENABLED',
  'ATOM_SAAS_SYNC_INTERVAL_MINUTES',
  'ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES',
  'ATOM_SAAS_WS_ENABLED',
  'ENABLE_SCHEDULER',
] as const satisfies readonly (keyof EnvVars)[];

/** What starts work on request: ten a minute each, whoever calls. A test compares them with the API's route table. */
const MANUAL_TRIGGERS = [
  { method: HttpMethod.POST, path: '/api/admin/sync/skills' },
  { method: HttpMethod.POST, path: '/api/admin/sync/ratings' },
  { method: HttpMethod.DELETE, path: '/api/admin/sync/cache/expired' },
  { method: HttpMethod.POST, path: '/api/admin/ratings/failed-uploads/retry' },
  { method: HttpMethod.POST, path: '/api/admin/ratings/failed-uploads/{id}/retry' },
];
/** The same of the tickets, where they are deployed. */
const TICKET_TRIGGERS = [
  { method: HttpMethod.POST, path: '/api/tasks/sync' },
  { method: HttpMethod.POST, path: '/api/tasks/analyze' },
  { method: HttpMethod.POST, path: '/api/tasks/pipeline' },
  { method: HttpMethod.POST, path: '/api/tasks/consolidate' },
  { method: HttpMethod.POST, path: '/api/tasks/retention' },
];
const MANUAL_TRIGGER_THROTTLE = { ThrottlingRateLimit: 10 / 60, ThrottlingBurstLimit: 10 };

type Trigger = (typeof MANUAL_TRIGGERS)[number];

/** Open to everyone, and each readiness check asks the table and the scheduler. */
const HEALTH_PATH = '/health/{proxy+}';
const HEALTH_THROTTLE = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };

/** No header, no query: a token that a caller put there by mistake must not be kept. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  subject: '$context.authorizer.claims.sub',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/** Props of `AdminApi`. */
export type AdminApiProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly identity: Identity;
  /** Started by hand through the API. */
  readonly skillSync: IFunction;
  readonly ratingSync: IFunction;
  /**
   * The same of the tickets.
   * @default - they are not deployed
   */
  readonly tickets?: Tickets | undefined;
  /** Jobs whose interval and state the API may change. */
  readonly jobs: readonly JobSchedule[];
  readonly scheduleGroup: IScheduleGroup;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** The HTTP API that operators and local agents call. */
export class AdminApi extends Construct {
  readonly function: BundledFunction;
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: AdminApiProps) {
    super(scope, id);
    this.function = new BundledFunction(this, 'Function', {
      name: 'admin-api',
      description: 'Answers the HTTP API of atom-sync.',
      settings: props.settings,
      // API Gateway gives up after 30 s.
      timeout: Duration.seconds(29),
      memorySizeMb: 512,
      traced: props.settings.ATOM_SYNC_TRACE_API,
      environment: environment(props),
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    this.function.addToRolePolicy(invoke(props.skillSync));
    this.function.addToRolePolicy(invoke(props.ratingSync));
    props.tickets?.grantUse(this.function);
    this.allowChangesTo(props.jobs);

    this.api = this.createApi(props);
    const triggers = [...MANUAL_TRIGGERS, ...(props.tickets === undefined ? [] : TICKET_TRIGGERS)];
    this.stage = this.createStage(props.settings, triggers, this.addRoutes(props.settings, triggers));
  }

  /** Updating a schedule hands its role over again, hence PassRole. */
  private allowChangesTo(jobs: readonly JobSchedule[]): void {
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
        resources: jobs.map((job) => job.schedule.scheduleArn),
      }),
    );
    this.function.addToRolePolicy(passToScheduler(jobs.map((job) => job.role)));
  }

  private createApi(props: AdminApiProps): HttpApi {
    const origins = props.settings.ATOM_SYNC_CORS_ORIGINS;
    return new HttpApi(this, 'Api', {
      apiName: `${props.settings.ATOM_SYNC_STACK_NAME}-api`,
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Jwt', props.identity.issuer, {
        jwtAudience: props.identity.audiences,
      }),
      corsPreflight: origins.length === 0 ? undefined : cors(origins),
    });
  }

  /** Answers the routes with a throttle of their own. */
  private addRoutes(settings: Settings, manualTriggers: readonly Trigger[]): HttpRoute[] {
    const integration = new HttpLambdaIntegration('Integration', this.function, {
      // One permission for the whole API; which routes there are is decided here, not in the function's policy.
      scopePermissionToRoute: false,
    });
    const authorizer = new HttpNoneAuthorizer();
    this.api.addRoutes({ path: '/{proxy+}', methods: [HttpMethod.ANY], integration });
    const open = this.api.addRoutes({
      path: HEALTH_PATH,
      methods: [HttpMethod.ANY],
      integration,
      authorizer,
    });
    if (settings.ATOM_SYNC_CORS_ORIGINS.length > 0) {
      // A browser's preflight has no token; without this route ANY would refuse it.
      open.push(
        ...this.api.addRoutes({
          path: '/{proxy+}',
          methods: [HttpMethod.OPTIONS],
          integration,
          authorizer,
        }),
      );
    }
    for (const route of open) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Health probes and CORS preflights carry no token by contract; they change and reveal nothing.',
      });
    }
    const triggers = manualTriggers.flatMap(({ method, path }) =>
      this.api.addRoutes({ path, methods: [method], integration }),
    );
    return [...triggers, ...open];
  }

  private createStage(
    settings: Settings,
    manualTriggers: readonly Trigger[],
    throttled: HttpRoute[],
  ): HttpStage {
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new KeptLogGroup(this, 'AccessLogs', { settings, logGroupName: accessLogsName(settings) }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    (stage.node.defaultChild as CfnStage).routeSettings = {
      [`ANY ${HEALTH_PATH}`]: HEALTH_THROTTLE,
      ...Object.fromEntries(
        manualTriggers.map(({ method, path }) => [`${method} ${path}`, MANUAL_TRIGGER_THROTTLE]),
      ),
    };
    // API Gateway refuses settings for a route that it doesn't know yet.
    stage.node.addDependency(...throttled);
    return stage;
  }
}

/**
 * Below `/aws/vendedlogs/`: any other name API Gateway adds to a policy of the whole account that holds 5,120
 * characters, and refuses when that is full. The part of the stack's id makes it another one for a stack that was
 * deleted and made again, as the group of the first is still there.
 */
function accessLogsName({ ATOM_SYNC_STACK_NAME: stack }: Settings): string {
  const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `/aws/vendedlogs/${stack}/api-${Fn.select(0, Fn.split('-', uuid))}`;
}

function cors(allowOrigins: string[]) {
  return {
    allowOrigins,
    allowMethods: [
      CorsHttpMethod.GET,
      CorsHttpMethod.POST,
      CorsHttpMethod.PUT,
      CorsHttpMethod.PATCH,
      CorsHttpMethod.DELETE,
    ],
    allowHeaders: ['authorization', 'content-type'],
    maxAge: Duration.hours(1),
  };
}

function environment({ settings, ...props }: AdminApiProps) {
  return {
    SKILL_SYNC_FUNCTION_NAME: props.skillSync.functionName,
    RATING_SYNC_FUNCTION_NAME: props.ratingSync.functionName,
    JWT_ISSUER: props.identity.issuer,
    JWT_AUDIENCES: props.identity.audiences.join(' '),
    JWT_LEVELS_CLAIM: settings.ATOM_SYNC_JWT_LEVELS_CLAIM,
    ...settingsEnvironment(settings, SETTINGS),
    SCHEDULE_GROUP: props.scheduleGroup.scheduleGroupName,
    SCHEDULED_JOBS: props.jobs.map((job) => job.schedule.scheduleName).join(','),
    ...props.tickets?.apiEnvironment,
  } satisfies Omit<EnvVars, SyncTableEnv> & Partial<TicketEnvVars>;
}
