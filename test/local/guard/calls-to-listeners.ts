import { signedHeaders } from '#local/guard/aws-signature.ts';
import type { Session } from '#local/services/session-file.ts';
import type { RawHeaders } from './raw-request.ts';

/** A call that a listener takes, so that only what is wrong with it can be why it is refused. */
export type Call = {
  name: string;
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** What it answers to the call as it is. */
  status: number;
};

const json = { 'content-type': 'application/json' };

/** One call to each listener of a running system, to two doors where it has two kinds. */
export function callsOf({
  api,
  tokens,
  token_url,
  machines,
  marketplace,
  zendesk,
  claude,
  endpoints,
  queues,
  table,
  access_key_id,
  secret_access_key,
}: Session) {
  const key = { accessKeyId: access_key_id, secretAccessKey: secret_access_key };
  const aws = (name: string, url: string, target: string, input: unknown): Call => {
    const body = JSON.stringify(input);
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
    return { name, url, method: 'POST', headers: sign(url, headers, body, key), body, status: 200 };
  };
  const calls: Call[] = [
    {
      name: 'api',
      url: `${api}/api/skills?limit=1`,
      method: 'GET',
      headers: { authorization: `Bearer ${tokens.STUDENT}` },
      status: 200,
    },
    { name: 'health', url: `${api}/health/live`, method: 'GET', headers: {}, status: 200 },
    {
      name: 'marketplace',
      url: `${marketplace}/api/v1/ratings`,
      method: 'POST',
      headers: { ...json, authorization: 'Bearer wrong' },
      body: '{}',
      status: 401,
    },
    {
      name: 'control',
      url: `${marketplace}/__control/settings`,
      method: 'PATCH',
      headers: json,
      body: '{"bareCategories":false}',
      status: 200,
    },
    ...callsOfTickets(zendesk, claude),
    ...callsOfIssuer(token_url, machines),
    aws('dynamodb', `${endpoints.dynamodb}/`, 'DynamoDB_20120810.Scan', { TableName: table, Limit: 1 }),
    aws('sqs', `${endpoints.sqs}/`, 'AmazonSQS.GetQueueAttributes', { QueueUrl: queues.uploads }),
    {
      ...aws('secrets', `${endpoints.secretsmanager}/`, 'secretsmanager.DescribeSecret', {
        SecretId: 'none',
      }),
      status: 400,
    },
    { ...aws('lambda', `${endpoints.lambda}/2015-03-31/functions/none/invocations`, '', {}), status: 404 },
    { ...aws('scheduler', `${endpoints.scheduler}/schedules`, '', {}), status: 404 },
  ];
  return calls;
}

function callsOfIssuer(tokenUrl: string, machines: Session['machines']): Call[] {
  const { origin } = new URL(tokenUrl);
  const form = { grant_type: 'client_credentials', ...machines['local-student'] };
  return [
    { name: 'issuer', url: `${origin}/.well-known/jwks.json`, method: 'GET', headers: {}, status: 200 },
    {
      name: "the issuer's tokens",
      url: tokenUrl,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      status: 200,
    },
  ];
}

function callsOfTickets(zendesk = '', claude = ''): Call[] {
  return [
    { name: 'zendesk', url: `${zendesk}/api/v2/users/me.json`, method: 'GET', headers: {}, status: 200 },
    {
      name: "Zendesk's control",
      url: `${zendesk}/__control/settings`,
      method: 'PATCH',
      headers: json,
      body: '{}',
      status: 200,
    },
    {
      name: 'claude',
      url: `${claude}/v1/messages`,
      method: 'POST',
      headers: { ...json, 'x-api-key': 'wrong' },
      body: '{}',
      status: 401,
    },
    {
      name: "Claude's control",
      url: `${claude}/__control/settings`,
      method: 'PATCH',
      headers: json,
      body: '{}',
      status: 200,
    },
  ];
}

/** Headers with the signature of a POST. */
export function sign(
  url: string,
  headers: Record<string, string>,
  body: string,
  key: { accessKeyId: string; secretAccessKey: string },
) {
  return signedHeaders(key, { url, region: 'us-east-1', service: 'any', headers, body });
}

/** Headers in a row, the listener's own Host before them. */
export function own(url: string, headers: Record<string, string>): RawHeaders {
  return [['Host', new URL(url).host], ...Object.entries(headers)];
}
