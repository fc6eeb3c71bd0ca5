import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Synthesized } from '#lib/synthesize.ts';
import { ACCESS, type Deployed, ofType } from './deploy-to-moto.ts';

const TIME_LIMIT_MS = 60_000;

const PROGRAM = `
  const [path, event] = process.argv.slice(1);
  const { handler } = await import(path);
  const context = { awsRequestId: 'request', functionName: process.env.AWS_LAMBDA_FUNCTION_NAME };
  const deadline = Date.now() + ${TIME_LIMIT_MS};
  const getRemainingTimeInMillis = () => deadline - Date.now();
  const answer = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
  process.stdout.write('\\nanswer ' + JSON.stringify(answer) + '\\n', () => process.exit(0));
`;

/**
 * Runs a function of the deployed stack in a process of its own: the bundle that was uploaded, in the environment
 * that Lambda says it has, with moto as the endpoint of every service.
 *
 * @param name the function's folder in `functions/`
 */
export async function runDeployed(
  url: string,
  { deployed, synthesized }: { readonly deployed: Deployed; readonly synthesized: Synthesized },
  name: string,
  event: unknown,
): Promise<unknown> {
  const found = ofType(synthesized.template, 'AWS::Lambda::Function').find(
    ({ Metadata }) => Metadata?.['atom-sync:function'] === name,
  );
  const FunctionName = deployed.resources.get(found?.id ?? '')?.physicalId;
  const lambda = new LambdaClient({ ...ACCESS, endpoint: url });
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  lambda.destroy();
  const bundle = join(synthesized.assetsDir, String(found?.Metadata?.['aws:asset:path']), 'index.mjs');
  const program = ['--input-type=module', '-e', PROGRAM, bundle, JSON.stringify(event)];
  const { stdout } = await promisify(execFile)(process.execPath, program, {
    timeout: TIME_LIMIT_MS,
    env: {
      ...Environment?.Variables,
      AWS_REGION: ACCESS.region,
      AWS_ACCESS_KEY_ID: ACCESS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ACCESS.credentials.secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_ENDPOINT_URL: url,
    },
  });
  const answer = /^answer (.*)$/m.exec(stdout)?.[1];
  if (answer === undefined) throw new Error(`${name} answered nothing: ${stdout}`);
  return JSON.parse(answer);
}
