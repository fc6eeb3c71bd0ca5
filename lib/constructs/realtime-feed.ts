import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AvailabilityZoneRebalancing,
  AwsLogDriverMode,
  Capability,
  CfnClusterCapacityProviderAssociations,
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
import { Duration, Size, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvVars } from '#functions/realtime-feed/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { invoke } from './bundled-function.ts';
import { bundledImage, type ImageFor } from './bundled-image.ts';
import { FeedNetwork } from './feed-network.ts';
import { KeptLogGroup } from './kept-log-group.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import type { FeedTask, FeedTaskSize } from './monitoring/cost-metrics.ts';
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

/** The processors that `ATOM_SYNC_FEED_ARCHITECTURE` names, for ECS and for Docker. */
const ARCHITECTURES = {
  arm64: { cpu: CpuArchitecture.ARM64, platform: Platform.LINUX_ARM64 },
  x86_64: { cpu: CpuArchitecture.X86_64, platform: Platform.LINUX_AMD64 },
} as const;

/**
 * Where Fargate's tasks run: at the list price, or on spare capacity, from which they are moved at two minutes'
 * notice.
 */
const CAPACITY = { onDemand: 'FARGATE', spot: 'FARGATE_SPOT' } as const;

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

/** What a service is made of. */
type ServiceParts = {
  readonly network: FeedNetwork;
  readonly cluster: Cluster;
  readonly task: FargateTaskDefinition;
  readonly capacity: CfnClusterCapacityProviderAssociations;
};

/** The one task that holds the marketplace's WebSocket. */
export class RealtimeFeed extends Construct {
  readonly service: FargateService;
  /** What runs, for those that watch it and count its cost; undefined where no task is started. */
  readonly running?: FeedTask;
  readonly #logs: KeptLogGroup;

  constructor(scope: Construct, id: string, props: RealtimeFeedProps) {
    super(scope, id);
    this.#logs = new KeptLogGroup(this, 'Logs', { settings: props.settings, explainsFailures: true });
    const network = new FeedNetwork(this, 'Network', props);
    const cluster = this.createCluster(network);
    const task = this.createTaskDefinition(props.settings, cluster);
    const container = this.addContainer(task, props);
    const workload = workloadOf(container);
    props.table.grantReadWrite(workload);
    props.token.grantRead(workload);
    workload.addToRolePolicy(invoke(props.skillSync));
    const capacity = this.provideCapacity(cluster, task);
    this.service = this.createService(props.settings, { network, cluster, task, capacity });
    this.running = props.settings.ENABLE_SCHEDULER ? this.watched(props.settings) : undefined;
  }

  private watched({ ATOM_SYNC_FEED_ARCHITECTURE, ATOM_SYNC_FEED_SPOT }: Settings): FeedTask {
    const isArm = ATOM_SYNC_FEED_ARCHITECTURE === 'arm64';
    return { ...SIZE, isArm, isSpot: ATOM_SYNC_FEED_SPOT, logGroup: this.#logs };
  }

  private createCluster(network: FeedNetwork): Cluster {
    const cluster = new Cluster(this, 'Cluster', { vpc: network.vpc });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights would cost more than the one task; it reports its state to the table, and the service has its own metrics.',
    });
    return cluster;
  }

  private createTaskDefinition(settings: Settings, cluster: Cluster): FargateTaskDefinition {
    const executionRole = new Role(this, 'ExecutionRole', { assumedBy: tasksOf(this) });
    // See `provideCapacity`.
    executionRole.node.addDependency(cluster);
    const task = new FargateTaskDefinition(this, 'Task', {
      family: `${settings.ATOM_SYNC_STACK_NAME}-${NAME}`,
      cpu: SIZE.vcpu * 1024,
      memoryLimitMiB: SIZE.memoryGb * 1024,
      runtimePlatform: {
        cpuArchitecture: ARCHITECTURES[settings.ATOM_SYNC_FEED_ARCHITECTURE].cpu,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole: new Role(this, 'TaskRole', { assumedBy: tasksOf(this) }),
      executionRole,
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
      platform: ARCHITECTURES[props.settings.ATOM_SYNC_FEED_ARCHITECTURE].platform,
    });
    // Only with the CDK's asset metadata switched on; by it the local run finds the bundle.
    image.addResourceMetadata(task.node.defaultChild as CfnTaskDefinition, 'ContainerDefinitions');
    const container = task.addContainer(NAME, {
      image: ContainerImage.fromDockerImageAsset(image),
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: this.withoutCapabilities(),
      environment: environment(this, props),
      logging: this.logging(),
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
  private logging(): LogDriver {
    return LogDriver.awsLogs({
      streamPrefix: NAME,
      logGroup: this.#logs,
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(4),
    });
  }

  /**
   * Lets the cluster's tasks run on both kinds of capacity.
   *
   * In an account that never had a cluster, ECS makes its service-linked role with the first one, does not wait for
   * it, and then refuses capacity and services for as long as IAM has not spread it. So the cluster is made alone, and
   * this waits for a role and a policy that are made after it: CloudFormation takes half a minute for them.
   */
  private provideCapacity(
    cluster: Cluster,
    task: FargateTaskDefinition,
  ): CfnClusterCapacityProviderAssociations {
    const capacity = new CfnClusterCapacityProviderAssociations(this, 'Capacity', {
      cluster: cluster.clusterName,
      capacityProviders: Object.values(CAPACITY),
      defaultCapacityProviderStrategy: [],
    });
    capacity.node.addDependency(task.obtainExecutionRole());
    return capacity;
  }

  private createService(
    settings: Settings,
    { network, cluster, task, capacity }: ServiceParts,
  ): FargateService {
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      // Never a launch type: between two capacities a service changes, between the two ways of naming them it is
      // replaced.
      capacityProviderStrategies: [
        { capacityProvider: settings.ATOM_SYNC_FEED_SPOT ? CAPACITY.spot : CAPACITY.onDemand, weight: 1 },
      ],
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
    service.node.addDependency(...network.reachable, task.obtainExecutionRole());
    // In the other direction when the stack goes: capacity that a service uses can't be taken away.
    service.node.addDependency(capacity);
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
