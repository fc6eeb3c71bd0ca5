import type * as z from 'zod';
import { numbersByName } from '#core/marketplace/wire-fields.ts';
import { type FaultDetail, validationFailed } from './errors.ts';
import type { RawInput, Route } from './route.ts';

/** Enough to mend any honest request; a hostile one does not get an answer larger than itself. */
const MAX_DETAILS = 100;

type ValidInput = {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
};

/**
 * Holds a request against its route's schemas.
 *
 * @throws ApiError `validation_failed` with every fault of path, query, headers and body at once
 */
export function validateInput(route: Route, raw: RawInput): ValidInput {
  const details: FaultDetail[] = [
    ...illFormed('path', Object.entries(raw.params)),
    ...illFormed('query', raw.query),
    ...queryNameFaults(route.query, raw.query),
  ];
  const check = (where: FaultDetail['in'], schema: z.ZodType, value: unknown): unknown => {
    const parsed = schema.safeParse(value, { error: numbersByName });
    if (parsed.success) return parsed.data;
    details.push(...parsed.error.issues.flatMap((issue) => faultsOf(where, issue)));
    return undefined;
  };
  const known = raw.query.filter(([name]) => Object.hasOwn(route.query.shape, name));
  const named = Object.keys(route.headers.shape).map((name) => [name, raw.headers[name]]);
  const valid = {
    params: check('path', route.params, raw.params),
    query: check('query', route.query, Object.fromEntries(known)),
    headers: check('header', route.headers, Object.fromEntries(named)),
    body: route.body && check('body', route.body, raw.body),
  };
  if (details.length > 0) throw validationFailed(details.slice(0, MAX_DETAILS));
  return valid;
}

/** Half a surrogate pair, which has no form in UTF-8: nothing that we have can be called so. */
function illFormed(where: FaultDetail['in'], pairs: Iterable<readonly [string, string]>): FaultDetail[] {
  return [...pairs]
    .filter((pair) => !pair.every((text) => text.isWellFormed()))
    .map(([name]) => ({ in: where, field: name.toWellFormed(), message: 'must be well-formed unicode' }));
}

/** Unknown and repeated names: what an object made of them would hide. */
function queryNameFaults(schema: z.ZodObject, query: RawInput['query']): FaultDetail[] {
  const counts = Map.groupBy(query, ([name]) => name);
  return [...counts].flatMap(([field, values]): FaultDetail[] => {
    if (!Object.hasOwn(schema.shape, field))
      return [{ in: 'query', field, message: 'is not a parameter here' }];
    return values.length > 1 ? [{ in: 'query', field, message: 'is given more than once' }] : [];
  });
}

function faultsOf(where: FaultDetail['in'], issue: z.core.$ZodIssue): FaultDetail[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      in: where,
      field: [...path, key].join('.'),
      message: 'is not a field',
    }));
  }
  return [{ in: where, field: path.join('.') || where, message: issue.message }];
}
