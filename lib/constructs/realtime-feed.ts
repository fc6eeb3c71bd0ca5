import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Capability,
  type CfnTaskDefinition,
  Cluster,
  type ContainerDefinition,
  ContainerImage,
  CpuArchitecture,
  FargatePlatformVersion,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
  PropagatedTagSource,
} from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvVars } from '#functions/realtime-feed/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { invoke } from './bundled-function.ts';
import { bundledImage, type ImageFor } from './bundled-image.ts';
import { FeedNetwork } from './feed-network.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import type { FeedTaskSize } from './monitoring/cost-metrics.ts';
import { metricsNamespace } from './monitoring/custom-metrics.ts';
import { settingsEnvironment } from './settings-environment.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';
import { workloadOf } from './workload.ts';

/** The settings that the task reads. */
const SETTINGS = [
  'ATOM_SAAS_ENABLED',
  'ATOM_SAAS_WS_ENABLED',
  'ATOM_SAAS_WS_URL',
  'ATOM_SAAS_WS_RECONNECT_ATTEMPTS',
  'ATOM_SAAS_WS_HEARTBEAT_INTERVAL',
  'ATOM_SAAS_WS_GATHER_SECONDS',
  'ATOM_SAAS_CACHE_TTL_HOURS',
  'ATOM_SAAS_CONFLICT_STRATEGY',
] as const satisfies readonly (keyof EnvVars)[];

const NAME = 'realtime-feed';
/** As in the Dockerfile; root in neither. */
const USER = '1000:1000';
const SIZE: FeedTaskSize = { vcpu: 0.25, memoryGb: 0.5 };
/** The only place that the container may write to: its root file system is read-only. */
const SCRATCH = '/tmp';

/** Whether this deployment has a feed at all. */
export function hasFeed(settings: Pick<Settings, 'ATOM_SAAS_ENABLED' | 'ATOM_SAAS_WS_ENABLED'>): boolean {
  return settings.ATOM_SAAS_ENABLED && settings.ATOM_SAAS_WS_ENABLED;
}

/** Props of `RealtimeFeed`. */
export type RealtimeFeedProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly token: MarketplaceToken;
  /** Asked for a catch-up run after each reconnect. */
  readonly skillSync: IFunction;
  /**
   * @default bundledImage
   */
  readonly imageFor?: ImageFor;
};

/** The one task that holds the marketplace's WebSocket. */
export class RealtimeFeed extends Construct {
  readonly service: FargateService;
  /** What runs, for those that watch it and count its cost; undefined where no task is started. */
  readonly running?: FeedTaskSize;

  constructor(scope: Construct, id: string, props: RealtimeFeedProps) {
    super(scope, id);
    const task = this.createTaskDefinition();
    const container = this.addContainer(task, props);
    const workload = workloadOf(container);
    props.table.grantReadWrite(workload);
    props.token.grantRead(workload);
    workload.addToRolePolicy(invoke(props.skillSync));
    this.service = this.createService(task, props.settings);
    this.running = props.settings.ENABLE_SCHEDULER ? SIZE : undefined;
  }

  private createTaskDefinition(): FargateTaskDefinition {
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: SIZE.vcpu * 1024,
      memoryLimitMiB: SIZE.memoryGb * 1024,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole: new Role(this, 'TaskRole', { assumedBy: tasksOf(this) }),
      executionRole: new Role(this, 'ExecutionRole', { assumedBy: tasksOf(this) }),
      volumes: [{ name: 'scratch' }],
    });
    Validations.of(task).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The environment holds names and settings; the token is read from Secrets Manager by the task.',
    });
    Validations.of(task.obtainExecutionRole()).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ecr:GetAuthorizationToken knows no resources; a test allows "*" for it only.',
    });
    return task;
  }

  private addContainer(task: FargateTaskDefinition, props: RealtimeFeedProps): ContainerDefinition {
    const image = new DockerImageAsset(this, 'Image', {
      directory: (props.imageFor ?? bundledImage)(this, NAME),
      platform: Platform.LINUX_ARM64,
    });
    // Only with the CDK's asset metadata switched on; by it the local run finds the bundle.
    image.addResourceMetadata(task.node.defaultChild as CfnTaskDefinition, 'ContainerDefinitions');
    const container = task.addContainer(NAME, {
      image: ContainerImage.fromDockerImageAsset(image),
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: this.withoutCapabilities(),
      environment: environment(this, props),
      logging: this.logTo(props.settings),
      healthCheck: {
        command: ['CMD', 'node', 'index.mjs', 'health'],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(10),
        retries: 3,
        startPeriod: Duration.seconds(60),
      },
      // After SIGTERM the feed stores what it holds within 20 s.
      stopTimeout: Duration.seconds(30),
    });
    container.addMountPoints({ containerPath: SCRATCH, sourceVolume: 'scratch', readOnly: false });
    return container;
  }

  private withoutCapabilities(): LinuxParameters {
    const parameters = new LinuxParameters(this, 'Linux');
    parameters.dropCapabilities(Capability.ALL);
    return parameters;
  }

  /** A CloudWatch that answers slowly costs lines of the log, not messages of the feed. */
  private logTo(settings: Settings): LogDriver {
    return LogDriver.awsLogs({
      streamPrefix: NAME,
      logGroup: new LogGroup(this, 'Logs', {
        retention: settings.ATOM_SYNC_LOG_RETENTION_DAYS as RetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(4),
    });
  }

  private createService(taskDefinition: FargateTaskDefinition, settings: Settings): FargateService {
    const network = new FeedNetwork(this, 'Network', { settings });
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights would cost more than the one task; it reports its state to the table, and the service has its own metrics.',
    });
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition,
      // Nothing starts by itself in a stack without a scheduler.
      desiredCount: settings.ENABLE_SCHEDULER ? 1 : 0,
      // The old task ends before the new one begins: two would only wait for each other's lease.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      // Rebalancing starts the new task first, which the line above rules out.
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.DISABLED,
      circuitBreaker: { enable: true, rollback: true },
      assignPublicIp: network.assignPublicIp,
      vpcSubnets: { subnets: [...network.subnets] },
      securityGroups: [network.securityGroup],
      platformVersion: FargatePlatformVersion.LATEST,
      enableECSManagedTags: true,
      propagateTags: PropagatedTagSource.SERVICE,
    });
    // Its image and its secret are on the other side of the route; its role must be able to fetch them.
    service.node.addDependency(...network.reachable, taskDefinition.obtainExecutionRole());
    return service;
  }
}

/** ECS on behalf of this account only, so that nobody else's task can borrow the role. */
function tasksOf(scope: Construct): ServicePrincipal {
  const { account, region, partition } = Stack.of(scope);
  return new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:ecs:${region}:${account}:*` },
    },
  });
}

function environment(scope: Construct, { settings, skillSync }: RealtimeFeedProps) {
  return {
    SKILL_SYNC_FUNCTION_NAME: skillSync.functionName,
    ...settingsEnvironment(settings, SETTINGS),
    FEED_HEALTH_FILE: `${SCRATCH}/${NAME}-health`,
    POWERTOOLS_SERVICE_NAME: NAME,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(scope),
    POWERTOOLS_LOG_LEVEL: settings.ATOM_SYNC_LOG_LEVEL,
  } satisfies Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv> & Record<string, string>;
}
