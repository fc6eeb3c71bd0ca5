import type * as z from 'zod';
import { type FaultDetail, validationFailed } from './errors.ts';
import type { RawInput, Route } from './route.ts';

/** Enough to mend any honest request; a hostile one does not get an answer larger than itself. */
const MAX_DETAILS = 100;

type ValidInput = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/**
 * Holds a request against its route's schemas.
 *
 * @throws ApiError `validation_failed` with every fault of path, query and body at once
 */
export function validateInput(route: Route, raw: RawInput): ValidInput {
  const details: FaultDetail[] = queryNameFaults(route.query, raw.query);
  const check = (where: FaultDetail['in'], schema: z.ZodType, value: unknown): unknown => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    details.push(...parsed.error.issues.flatMap((issue) => faultsOf(where, issue)));
    return undefined;
  };
  const known = raw.query.filter(([name]) => Object.hasOwn(route.query.shape, name));
  const valid = {
    params: check('path', route.params, raw.params),
    query: check('query', route.query, Object.fromEntries(known)),
    body: route.body && check('body', route.body, raw.body),
  };
  if (details.length > 0) throw validationFailed(details.slice(0, MAX_DETAILS));
  return valid;
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
