import * as z from 'zod';
import { AtomSyncError } from './errors.ts';
import { type RangedSetting, SETTING_RANGES } from './setting-ranges.ts';

/** A function was deployed with an environment that it can't run in. Names every bad variable. */
export class EnvironmentError extends AtomSyncError {
  override readonly name = 'EnvironmentError';
  readonly code = 'bad_environment';
  readonly retryable = false;
}

/** An integer written as text, within the given bounds. */
const integerText = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

/** A numeric setting as text, within its range. */
export const rangedText = (name: RangedSetting) =>
  integerText(SETTING_RANGES[name].min, SETTING_RANGES[name].max);

/** A numeric setting that may have decimals, as text, within its range. */
export const amountText = (name: RangedSetting) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(SETTING_RANGES[name].min).max(SETTING_RANGES[name].max));

/** `true` or `false`, as the stack writes them. */
export const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');

/**
 * Parses a function's environment once, at its cold start.
 *
 * @throws EnvironmentError naming every bad variable and what is wrong with it (never its value)
 */
export function parseEnvironment<S extends z.ZodType>(
  schema: S,
  env: Record<string, string | undefined>,
): z.output<S> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new EnvironmentError(
    `The function's environment is not usable. ${faults.join('; ')}. Deploy the stack anew.`,
  );
}
