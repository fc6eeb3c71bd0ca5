import { readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AssetManifestArtifact } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { asArray, idOf, statements, testStack, testTemplate } from '#test/lib/test-stack.ts';

const template = testTemplate();
const task = idOf(template, 'AWS::ECS::TaskDefinition', 'RealtimeFeed');
const { Properties: definition } = template.toJSON().Resources[task];
const [container, ...others] = definition.ContainerDefinitions;

const typesOf = (all: ReturnType<typeof testTemplate>) =>
  Object.values<{ Type: string }>(all.toJSON().Resources).map(({ Type }) => Type);

describe('RealtimeFeed', () => {
  it('is one small arm64 task on Fargate', () => {
    template.resourceCountIs('AWS::ECS::Service', 1);
    template.hasResourceProperties('AWS::ECS::Service', { LaunchType: Match.absent(), DesiredCount: 1 });
    expect(definition).toMatchObject({
      Family: 'atom-sync-realtime-feed',
      Cpu: '256',
      Memory: '512',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
    expect(others).toEqual([]);
  });

  it.each([
    ['on spare capacity', {}, 'FARGATE_SPOT'],
    ['on demand where that is set', { ATOM_SYNC_FEED_SPOT: 'false' }, 'FARGATE'],
  ])('runs %s, of which the cluster has both kinds', (_, env, CapacityProvider) => {
    const made = testTemplate(env);
    made.hasResourceProperties('AWS::ECS::Service', {
      CapacityProviderStrategy: [{ CapacityProvider, Weight: 1 }],
      LaunchType: Match.absent(),
    });
    made.hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', {
      Cluster: { Ref: idOf(made, 'AWS::ECS::Cluster', '') },
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    });
  });

  it('loses its capacity only after its service', () => {
    template.hasResource('AWS::ECS::Service', {
      DependsOn: Match.arrayWith([idOf(template, 'AWS::ECS::ClusterCapacityProviderAssociations', '')]),
    });
  });

  it('gives IAM the time of a role and a policy to spread what ECS makes with its first cluster', () => {
    const cluster = idOf(template, 'AWS::ECS::Cluster', '');
    const role = idOf(template, 'AWS::IAM::Role', 'RealtimeFeedExecutionRole');
    const policy = idOf(template, 'AWS::IAM::Policy', 'RealtimeFeedExecutionRole');
    const { Resources } = template.toJSON();
    expect(Resources[cluster].DependsOn).toBeUndefined();
    // With providers of its own ECS would want its role for the cluster itself.
    expect(Resources[cluster].Properties?.CapacityProviders).toBeUndefined();
    expect(Resources[role].DependsOn).toContain(cluster);
    expect(Resources[policy].Properties.Roles).toEqual([{ Ref: role }]);
    template.hasResource('AWS::ECS::ClusterCapacityProviderAssociations', {
      DependsOn: Match.arrayWith([policy]),
    });
  });

  it.each([
    ['arm64', 'ARM64', 'linux/arm64'],
    ['x86_64', 'X86_64', 'linux/amd64'],
  ])('runs on %s, and so does its image', (architecture, CpuArchitecture, platform) => {
    const { app, stack } = testStack({ ATOM_SYNC_FEED_ARCHITECTURE: architecture });
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture, OperatingSystemFamily: 'LINUX' },
    });
    const [assets] = app.synth().artifacts.filter((artifact) => artifact instanceof AssetManifestArtifact);
    const { dockerImages } = JSON.parse(readFileSync(assets!.file, 'utf8'));
    expect(Object.values<{ source: unknown }>(dockerImages).map(({ source }) => source)).toEqual([
      expect.objectContaining({ platform }),
    ]);
  });

  it('is replaced by stopping the old task first, and rolled back when the new one does not stay', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        MinimumHealthyPercent: 0,
        MaximumPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      // ECS refuses rebalancing together with a maximum of 100 %.
      AvailabilityZoneRebalancing: 'DISABLED',
    });
  });

  it('has no privileges, no root and nothing to write to but its scratch volume', () => {
    expect(container).toMatchObject({
      ReadonlyRootFilesystem: true,
      User: '1000:1000',
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
      MountPoints: [{ ContainerPath: '/tmp', ReadOnly: false, SourceVolume: 'scratch' }],
    });
    expect(definition.Volumes).toEqual([{ Name: 'scratch' }]);
    expect(container.Privileged).toBeUndefined();
    expect(container.LinuxParameters.Capabilities.Add).toBeUndefined();
    expect(container.PortMappings).toBeUndefined();
    template.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: Match.absent() });
  });

  it('is asked for its health, and given time to stop', () => {
    expect(container.HealthCheck).toEqual({
      Command: ['CMD', 'node', 'index.mjs', 'health'],
      Interval: 30,
      Timeout: 10,
      Retries: 3,
      StartPeriod: 60,
    });
    expect(container.StopTimeout).toBe(30);
  });

  it('logs to a group of its own, and never waits for it', () => {
    const logs = idOf(template, 'AWS::Logs::LogGroup', 'RealtimeFeedLogs');
    expect(container.LogConfiguration).toEqual({
      LogDriver: 'awslogs',
      Options: {
        'awslogs-group': { Ref: logs },
        'awslogs-region': { Ref: 'AWS::Region' },
        'awslogs-stream-prefix': 'realtime-feed',
        mode: 'non-blocking',
        'max-buffer-size': '4194304b',
      },
    });
    expect(template.toJSON().Resources[logs].Properties.RetentionInDays).toBe(30);
  });

  it('is told names and settings, and no secret', () => {
    const variables = container.Environment.map(({ Name, Value }: Record<string, unknown>) => [Name, Value]);
    expect(Object.fromEntries(variables)).toEqual({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      TOKEN_SECRET_ID: { Ref: idOf(template, 'AWS::SecretsManager::Secret', '') },
      SKILL_SYNC_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'SkillSyncFunction') },
      ATOM_SAAS_ENABLED: 'true',
      ATOM_SAAS_WS_ENABLED: 'true',
      ATOM_SAAS_WS_URL: 'wss://api.atomsaas.com/ws',
      ATOM_SAAS_WS_RECONNECT_ATTEMPTS: '10',
      ATOM_SAAS_WS_HEARTBEAT_INTERVAL: '30',
      ATOM_SAAS_WS_GATHER_SECONDS: '900',
      ATOM_SAAS_CACHE_TTL_HOURS: '24',
      ATOM_SAAS_CONFLICT_STRATEGY: 'remote_wins',
      FEED_HEALTH_FILE: '/tmp/realtime-feed-health',
      POWERTOOLS_SERVICE_NAME: 'realtime-feed',
      POWERTOOLS_METRICS_NAMESPACE: 'AtomSync/atom-sync',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
    expect(container.Secrets).toBeUndefined();
  });

  it('may do to the table, the secret and the skill sync what it has to, and nothing else', () => {
    const table = { 'Fn::GetAtt': [idOf(template, 'AWS::DynamoDB::Table', ''), 'Arn'] };
    const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', '') };
    const sync = { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function', 'SkillSyncFunction'), 'Arn'] };
    const granted = statements(template, 'RealtimeFeedTaskRole').map(({ Action, Resource }) => [
      asArray(Action).toSorted(),
      asArray(Resource)[0],
    ]);
    const items = ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'];
    expect(granted).toEqual([
      [items.map((item) => `dynamodb:${item}`), table],
      [['dynamodb:Query'], table],
      [['secretsmanager:GetSecretValue'], secret],
      [['lambda:InvokeFunction'], sync],
    ]);
    expect(definition.TaskRoleArn['Fn::GetAtt'][0]).toMatch(/^RealtimeFeedTaskRole/);
  });

  it('lets ECS of this account alone borrow its roles', () => {
    for (const prefix of ['RealtimeFeedTaskRole', 'RealtimeFeedExecutionRole']) {
      const role = template.toJSON().Resources[idOf(template, 'AWS::IAM::Role', prefix)];
      expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': expect.anything() },
          },
        },
      ]);
    }
  });

  it('lets its execution fetch the image and write the log', () => {
    const actions = statements(template, 'RealtimeFeedExecutionRole').flatMap(({ Action }) =>
      asArray(Action),
    );
    expect(actions.toSorted()).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  it('starts only when its roles have their rights and its subnets their way out', () => {
    template.hasResource('AWS::ECS::Service', {
      DependsOn: Match.arrayWith([
        idOf(template, 'AWS::IAM::Policy', 'RealtimeFeedExecutionRole'),
        idOf(template, 'AWS::EC2::Route', 'RealtimeFeedNetworkOwnfirst'),
        idOf(template, 'AWS::EC2::Route', 'RealtimeFeedNetworkOwnsecond'),
        idOf(template, 'AWS::IAM::Policy', 'RealtimeFeedTaskRole'),
      ]),
    });
  });

  it.each([{ ATOM_SAAS_WS_ENABLED: 'false' }, { ATOM_SAAS_ENABLED: 'false' }])(
    'leaves nothing of itself with %o',
    (env) => {
      const types = typesOf(testTemplate(env));
      expect(types.filter((type) => /^AWS::(ECS|EC2|ECR)::/.test(type))).toEqual([]);
    },
  );

  it('is there but not started in a stack in which nothing starts by itself', () => {
    const stopped = testTemplate({ ENABLE_SCHEDULER: 'false' });
    stopped.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 0 });
  });

  it.each([
    ['watched', {}, 1],
    ['not missed where none is started', { ENABLE_SCHEDULER: 'false' }, 0],
    ['not missed where there is none', { ATOM_SAAS_WS_ENABLED: 'false' }, 0],
  ])('is %s', (_, env, alarms) => {
    const properties = { AlarmName: 'atom-sync-WebSocketDisconnected' };
    testTemplate(env).resourcePropertiesCountIs('AWS::CloudWatch::CompositeAlarm', properties, alarms);
  });
});
