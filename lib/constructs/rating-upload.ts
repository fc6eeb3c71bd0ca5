import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnvVars } from '#functions/rating-upload/config.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { BundledFunction, type CodeFor } from './bundled-function.ts';
import type { MarketplaceToken, MarketplaceTokenEnv } from './marketplace-token.ts';
import type { SyncTable, SyncTableEnv } from './sync-table.ts';
import { UPLOAD_TIMEOUT, type UploadQueues, type UploadQueuesEnv } from './upload-queues.ts';

/** Messages of one invocation, worked off at the same time. */
const BATCH_SIZE = 5;
/** The fewest that an event source can be held to. How many requests each makes at once is the function's own limit. */
const MAX_CONCURRENCY = 2;

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

/** Brings queued ratings to the marketplace, never more than four at once. */
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
      environment: environment(settings),
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
      batchSize: BATCH_SIZE,
      maxConcurrency: MAX_CONCURRENCY,
      reportBatchItemFailures: true,
      enabled,
    });
  }
}

function environment(settings: Settings) {
  return {
    ATOM_SAAS_ENABLED: String(settings.ATOM_SAAS_ENABLED),
    ATOM_SAAS_API_URL: settings.ATOM_SAAS_API_URL,
    ATOM_SAAS_API_TIMEOUT_SECONDS: String(settings.ATOM_SAAS_API_TIMEOUT_SECONDS),
  } satisfies Omit<EnvVars, SyncTableEnv | MarketplaceTokenEnv | UploadQueuesEnv>;
}
