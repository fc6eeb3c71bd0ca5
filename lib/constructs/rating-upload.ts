import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UPLOADS_AT_ONCE } from '#core/ratings/upload-limits.ts';
import type { EnvVars } from '#functions/rating-upload/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor } from './bundled-function.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import { settingsEnvironment } from './settings-environment.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';
import { UPLOAD_TIMEOUT, type UploadQueues, type UploadQueuesEnv } from './upload-queues.ts';

/** The fewest that an event source can be held to. How many requests each makes at once is the function's own limit. */
const MAX_CONCURRENCY = 2;

/** The settings that the function reads. */
const SETTINGS = [
  'ATOM_SAAS_ENABLED',
  'ATOM_SAAS_API_URL',
  'ATOM_SAAS_API_TIMEOUT_SECONDS',
] as const satisfies readonly (keyof OwnEnv)[];
type OwnEnv = Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv | UploadQueuesEnv>;

/** Props of `RatingUpload`. */
export type RatingUploadProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly token: MarketplaceToken;
  readonly queues: UploadQueues;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** Uploads queued ratings to the marketplace, never more than four at once. */
export class RatingUpload extends Construct {
  readonly function: BundledFunction;
  readonly source: EventSourceMapping;
  /** Works the dead letters off as they are; made disabled, for an operator to enable for as long as it takes. */
  readonly redrive: EventSourceMapping;

  constructor(scope: Construct, id: string, props: RatingUploadProps) {
    super(scope, id);
    const { settings, queues } = props;
    this.function = new BundledFunction(this, 'Function', {
      name: 'rating-upload',
      description: 'Uploads ratings to the Atom SaaS marketplace.',
      settings,
      timeout: UPLOAD_TIMEOUT,
      memorySizeMb: 256,
      // A rating that has to wait is sent anew, as often as it takes.
      feedsItself: true,
      environment: settingsEnvironment(settings, SETTINGS) satisfies OwnEnv,
      codeFor: props.codeFor,
    });
    props.table.grantReadWrite(this.function);
    props.token.grantRead(this.function);
    queues.grantPutBack(this.function);

    this.source = this.consume('Uploads', queues.uploads, settings.ATOM_SAAS_ENABLED);
    this.redrive = this.consume('Redrive', queues.deadLetters, false);
  }

  private consume(id: string, queue: IQueue, enabled: boolean): EventSourceMapping {
    queue.grantConsumeMessages(this.function);
    return new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: UPLOADS_AT_ONCE,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
      enabled,
    });
  }
}
