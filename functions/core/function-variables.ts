import * as z from 'zod';
import { rangedText } from './environment.ts';

/** The table with everything in it, and the secret with the marketplace's token. */
export const storeVariables = { TABLE_NAME: z.string().min(1), TOKEN_SECRET_ID: z.string().min(1) };

/** Where the marketplace is, and how long one attempt of a request may take. */
export const marketplaceVariables = {
  ATOM_SAAS_API_URL: z.url(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: rangedText('ATOM_SAAS_API_TIMEOUT_SECONDS'),
};

/** The queue of uploads and its dead letters. */
export const queueVariables = { UPLOADS_QUEUE_URL: z.url(), DEAD_LETTERS_QUEUE_URL: z.url() };

/**
 * What a function needs to invoke itself. No stack sets these: the first is Lambda's own, the second is only there
 * where another API stands for Lambda's (the local run).
 */
export const selfInvocationVariables = {
  AWS_LAMBDA_FUNCTION_NAME: z.string().min(1),
  AWS_ENDPOINT_URL_LAMBDA: z.url().optional(),
};

/** The variables of a schema that the stack has to set. */
export type StackVariables<S extends z.ZodType> = Record<
  Exclude<keyof z.input<S>, keyof typeof selfInvocationVariables>,
  string
>;

/** The marketplace's client: where it is, and how long an attempt may take. */
export function marketplaceOptions(env: {
  readonly ATOM_SAAS_API_URL: string;
  readonly ATOM_SAAS_API_TIMEOUT_SECONDS: number;
}) {
  return { baseUrl: env.ATOM_SAAS_API_URL, timeoutMs: env.ATOM_SAAS_API_TIMEOUT_SECONDS * 1_000 };
}

/** The invocation of the function itself, by its name. */
export function selfInvocationOptions(env: {
  readonly AWS_LAMBDA_FUNCTION_NAME: string;
  readonly AWS_ENDPOINT_URL_LAMBDA?: string | undefined;
}) {
  return { functionName: env.AWS_LAMBDA_FUNCTION_NAME, endpoint: env.AWS_ENDPOINT_URL_LAMBDA };
}
