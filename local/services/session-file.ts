import { rmSync } from 'node:fs';
import type { LevelTokens, MachineCredentials } from '#local/api/token-issuer.ts';
import { type DeploymentSource, requireOutput } from '#local/template/deployment.ts';
import type { EmbeddedServices } from './embedded-services.ts';
import { writePrivateJson } from './private-file.ts';

/** What `<DATA_DIR>/session.json` tells about the running system. */
export type Session = {
  /** Base URL of the API. */
  readonly api: string;
  readonly tokens: LevelTokens;
  /** Where machines get their tokens by client credentials, and with what, by their names. */
  readonly token_url: string;
  readonly machines: Readonly<Record<string, MachineCredentials>>;
  /** Base URL of the marketplace. */
  readonly marketplace: string;
  /** Base URL of Zendesk, and of Claude's API; absent where the tickets are switched off. */
  readonly zendesk?: string;
  readonly claude?: string;
  readonly endpoints: {
    readonly dynamodb: string;
    readonly sqs: string;
    readonly secretsmanager: string;
    readonly lambda: string;
    readonly scheduler: string;
  };
  /** What the AWS stand-ins want their requests signed with; a new one at each start. */
  readonly access_key_id: string;
  readonly secret_access_key: string;
  /** ARN of the secret that holds the marketplace's token. */
  readonly secret: string;
  /** Name of the table. */
  readonly table: string;
  /** URLs of the queues. */
  readonly queues: { readonly uploads: string; readonly dead_letters: string };
};

/** The session of a system whose services and endpoints are there, with new tokens. */
export async function describeSession(
  source: DeploymentSource,
  { issuer, accessKey }: Pick<EmbeddedServices, 'issuer' | 'accessKey'>,
  addresses: Pick<Session, 'api' | 'marketplace' | 'zendesk' | 'claude' | 'endpoints'>,
): Promise<Session> {
  return {
    ...addresses,
    tokens: await issuer.mintTokens(),
    token_url: issuer.tokenUrl,
    machines: issuer.machines,
    access_key_id: accessKey.accessKeyId,
    secret_access_key: accessKey.secretAccessKey,
    secret: requireOutput(source, 'TokenSecretArn'),
    table: requireOutput(source, 'TableName'),
    queues: {
      uploads: requireOutput(source, 'UploadsQueueUrl'),
      dead_letters: requireOutput(source, 'DeadLettersQueueUrl'),
    },
  };
}

/** Writes the session (mode 0600: it holds tokens); the answer removes it, so that a stale one misleads nobody. */
export function writeSession(path: string, session: Session): () => void {
  writePrivateJson(path, session);
  return () => rmSync(path, { force: true });
}
