import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import manifest from '../package.json' with { type: 'json' };
import { AdminApi } from './constructs/admin-api.ts';
import type { CodeFor } from './constructs/bundled-function.ts';
import type { ImageFor } from './constructs/bundled-image.ts';
import { CacheCleanup } from './constructs/cache-cleanup.ts';
import { Identity } from './constructs/identity.ts';
import { MarketplaceToken } from './constructs/marketplace-token.ts';
import { missedInvocations } from './constructs/missed-invocations.ts';
import { Monitoring } from './constructs/monitoring/monitoring.ts';
import { RatingSync } from './constructs/rating-sync.ts';
import { RatingUpload } from './constructs/rating-upload.ts';
import { hasFeed, RealtimeFeed } from './constructs/realtime-feed.ts';
import { SkillSync } from './constructs/skill-sync.ts';
import { SyncTable } from './constructs/sync-table.ts';
import { Tickets } from './constructs/tickets/tickets.ts';
import { TokenRotation } from './constructs/token-rotation.ts';
import { UploadQueues } from './constructs/upload-queues.ts';
import { machineClientsOf } from './settings/machine-clients.ts';
import type { Settings } from './settings/settings.ts';
import { settingsInForce } from './settings/settings-in-force.ts';
import { hasTickets } from './settings/ticket-settings.ts';

/** Props of the stack. */
export type AtomSyncStackProps = {
  readonly settings: Settings;
  /**
   * Where the functions' code comes from; tests pass inline code.
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
  /**
   * The same for the image of the task.
   * @default bundledImage
   */
  readonly imageFor?: ImageFor;
};

/** All of atom-sync in one account and region; neither is known here, so that synthesis needs no account. */
export class AtomSyncStack extends Stack {
  constructor(scope: Construct, id: string, props: AtomSyncStackProps) {
    const { settings, codeFor, imageFor } = props;
    super(scope, id, {
      stackName: settings.ATOM_SYNC_STACK_NAME,
      description: 'Keeps a self-hosted Atom instance in step with the Atom SaaS marketplace.',
    });
    const table = new SyncTable(this, 'SyncTable', { tickets: hasTickets(settings) });
    const token = new MarketplaceToken(this, 'MarketplaceToken');
    const queues = new UploadQueues(this, 'UploadQueues');
    const scheduleGroup = new ScheduleGroup(this, 'Schedules', {
      scheduleGroupName: settings.ATOM_SYNC_STACK_NAME,
      // It has a fixed name: one that was left behind would stop the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const shared = { settings, table, token, queues, scheduleGroup, codeFor, imageFor };

    const skillSync = new SkillSync(this, 'SkillSync', shared);
    const ratingSync = new RatingSync(this, 'RatingSync', shared);
    const ratingUpload = new RatingUpload(this, 'RatingUpload', shared);
    const feed = hasFeed(settings)
      ? new RealtimeFeed(this, 'RealtimeFeed', { ...shared, skillSync: skillSync.function })
      : undefined;
    const cacheCleanup = new CacheCleanup(this, 'CacheCleanup', shared);
    const rotation = new TokenRotation(this, 'TokenRotation', shared);
    const tickets = Tickets.whereConfigured(this, shared);
    const identity = new Identity(this, 'Identity', {
      issuer: settings.ATOM_SYNC_JWT_ISSUER,
      audience: settings.ATOM_SYNC_JWT_AUDIENCE,
      machines: machineClientsOf(settings.ATOM_SYNC_MACHINE_CLIENTS),
    });
    const jobs = [skillSync.job, ratingSync.job, cacheCleanup.job, ...(tickets?.jobs ?? [])];
    const started = { skillSync: skillSync.function, ratingSync: ratingSync.function, tickets };
    const adminApi = new AdminApi(this, 'AdminApi', { ...shared, ...started, identity, jobs });

    const workers = [skillSync, ratingSync, ratingUpload, cacheCleanup, adminApi];
    const others = [...rotation.functions, ...(tickets?.functions ?? [])];
    const monitoring = new Monitoring(this, 'Monitoring', {
      ...shared,
      api: adminApi.api,
      functions: [...workers.map((worker) => worker.function), ...others],
      feed: feed?.running,
      tickets,
    });

    this.output({
      // Its tag is v<version>: what to go back to from the next one.
      Version: manifest.version,
      ApiUrl: adminApi.api.apiEndpoint,
      TableName: table.table.tableName,
      TokenSecretArn: token.secret.secretArn,
      UploadsQueueUrl: queues.uploads.queueUrl,
      DeadLettersQueueUrl: queues.deadLetters.queueUrl,
      MissedInvocationsQueueUrl: missedInvocations(this).queueUrl,
      AlarmTopicArn: monitoring.topic.topicArn,
      ...identity.outputs,
      ...tickets?.outputs,
      Settings: JSON.stringify(settingsInForce(settings)),
    });
  }

  private output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
