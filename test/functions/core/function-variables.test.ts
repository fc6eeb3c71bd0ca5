import { describe, expect, it } from 'vitest';
import { EnvironmentError, parseEnvironment } from '#core/environment.ts';
import { marketplaceOptions, selfInvocationOptions } from '#core/function-variables.ts';
import { SETTING_RANGES } from '#core/setting-ranges.ts';
import { envSchema as ratingSync } from '#functions/rating-sync/config.ts';
import { envSchema as ratingUpload } from '#functions/rating-upload/config.ts';
import { envSchema as skillSync } from '#functions/skill-sync/config.ts';
import { envSchema as tokenRotation } from '#functions/token-rotation/config.ts';

const ENV: Readonly<Record<string, string>> = {
  TABLE_NAME: 'table',
  TOKEN_SECRET_ID: 'secret',
  UPLOADS_QUEUE_URL: 'https://sqs.example.test/uploads',
  DEAD_LETTERS_QUEUE_URL: 'https://sqs.example.test/dead-letters',
  AWS_LAMBDA_FUNCTION_NAME: 'atom-sync-function',
  ATOM_INSTANCE_ID: 'atom-sync',
  ATOM_SAAS_ENABLED: 'true',
  ATOM_SAAS_API_URL: 'https://api.example.test',
  ATOM_SAAS_CONFLICT_STRATEGY: 'merge',
  ...Object.fromEntries(Object.entries(SETTING_RANGES).map(([name, { min }]) => [name, String(min)])),
};
const SCHEMAS = { skillSync, ratingSync, ratingUpload, tokenRotation };

describe.each(Object.entries(SCHEMAS))('The environment of %s', (_name, schema) => {
  it('is usable with every variable at the ends of its range', () => {
    const highest = Object.entries(SETTING_RANGES).map(([name, { max }]) => [name, String(max)]);
    expect(() => parseEnvironment(schema, ENV)).not.toThrow();
    expect(() => parseEnvironment(schema, { ...ENV, ...Object.fromEntries(highest) })).not.toThrow();
  });

  const needed = Object.keys(schema.shape).filter((name) => name !== 'AWS_ENDPOINT_URL_LAMBDA');
  it.each(needed)('is not usable without %s', (name) => {
    const { [name]: _missing, ...env } = ENV;
    expect(() => parseEnvironment(schema, env)).toThrow(EnvironmentError);
    expect(() => parseEnvironment(schema, { ...env, [name]: '' })).toThrow(name);
  });

  const ranged = Object.keys(SETTING_RANGES).filter((name) => name in schema.shape);
  it.each(ranged)('is not usable with %s out of its range', (name) => {
    const { min, max } = SETTING_RANGES[name as keyof typeof SETTING_RANGES];
    for (const value of [min - 1, max + 1]) {
      expect(() => parseEnvironment(schema, { ...ENV, [name]: String(value) })).toThrow(name);
    }
  });
});

describe('Function: selfInvocationOptions', () => {
  it('names the function, and another API of Lambda where there is one', () => {
    const AWS_ENDPOINT_URL_LAMBDA = 'http://127.0.0.1:1';
    expect(selfInvocationOptions(parseEnvironment(skillSync, ENV))).toEqual({
      functionName: 'atom-sync-function',
      endpoint: undefined,
    });
    expect(selfInvocationOptions(parseEnvironment(skillSync, { ...ENV, AWS_ENDPOINT_URL_LAMBDA }))).toEqual({
      functionName: 'atom-sync-function',
      endpoint: AWS_ENDPOINT_URL_LAMBDA,
    });
  });
});

describe('Function: marketplaceOptions', () => {
  it('gives the timeout in milliseconds', () => {
    expect(marketplaceOptions(parseEnvironment(ratingUpload, ENV))).toEqual({
      baseUrl: 'https://api.example.test',
      timeoutMs: 1_000,
    });
  });
});
