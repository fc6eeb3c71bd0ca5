import { parseSettings } from '#lib/settings/settings.ts';

/** Stands for what only a deployment knows: table names, ids, addresses. An address is a name too. */
const SAMPLE = 'https://sample.example.com';
const SAMPLE_ARN = 'arn:aws:sqs:us-east-1:123456789012:sample';

/** An environment in which a function's module loads: settings at their defaults, samples for the rest. */
export async function bundleEnvironment(name: string): Promise<Record<string, string>> {
  const config = (await import(`#functions/${name}/config.ts`)) as {
    envSchema: { shape: Record<string, unknown> };
  };
  const settings: Readonly<Record<string, unknown>> = parseSettings({});
  const sampleOf = (key: string) => (key.endsWith('_ARN') ? SAMPLE_ARN : SAMPLE);
  const own = Object.keys(config.envSchema.shape).map((key) => [key, String(settings[key] ?? sampleOf(key))]);
  return {
    ...Object.fromEntries(own),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_NAME: name,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: 'AtomSync',
  };
}
