/** The calls about batches. */
import { invalid, type Problem } from '#local/claude/http/api-error.ts';
import { type ClaudeAnswer, isRecord, jsonAnswer } from '#local/claude/http/wire.ts';
import type { BatchRecord } from '#local/claude/state/state.ts';
import type { Batches } from './batches.ts';

/** A request about batches. */
export type BatchCall = {
  readonly batches: Batches;
  /** Where the caller reached the API. */
  readonly origin: string;
  /** Of the batch that it is about; '' where it is about none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The body as it came, and parsed. */
  readonly text: string;
  readonly body: unknown;
};

const MAX_REQUESTS = 100_000;
const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** `POST /v1/messages/batches`: what the messages' parameters are worth shows only when they are worked off. */
export function createBatch({ batches, origin, text, body }: BatchCall): ClaudeAnswer | Problem {
  const problem = requestsProblem(body);
  if (problem) return problem;
  const size = (body as { readonly requests: readonly unknown[] }).requests.length;
  return jsonAnswer(200, batches.describe(batches.create(text, size), origin));
}

function requestsProblem(body: unknown): Problem | undefined {
  const requests = isRecord(body) ? body.requests : undefined;
  if (requests === undefined) return invalid('requests: Field required');
  if (!Array.isArray(requests)) return invalid('requests: Input should be a valid array');
  if (requests.length === 0)
    return invalid('requests: List should have at least 1 item after validation, not 0');
  if (requests.length > MAX_REQUESTS) {
    return invalid(
      `requests: List should have at most ${MAX_REQUESTS} items after validation, not ${requests.length}`,
    );
  }
  const seen = new Set<string>();
  for (const [index, request] of requests.entries()) {
    const wrong = requestProblem(request, seen);
    if (wrong !== undefined) return invalid(`requests.${index}.${wrong}`);
  }
  return undefined;
}

function requestProblem(request: unknown, seen: Set<string>): string | undefined {
  const { custom_id: customId, params } = isRecord(request) ? request : {};
  if (customId === undefined) return 'custom_id: Field required';
  if (typeof customId !== 'string' || !CUSTOM_ID.test(customId))
    return "custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'";
  if (seen.has(customId)) return `custom_id: Duplicate custom_id found: ${customId}`;
  seen.add(customId);
  if (params === undefined) return 'params: Field required';
  return isRecord(params) ? undefined : 'params: Input should be an object';
}

/** `GET /v1/messages/batches`, the newest first. */
export function listBatches({ batches, origin, query }: BatchCall): ClaudeAnswer | Problem {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return invalid(`limit: must be a whole number from 1 to ${MAX_LIMIT}`);
  const [afterId, beforeId] = [query.get('after_id') ?? undefined, query.get('before_id') ?? undefined];
  if (afterId !== undefined && beforeId !== undefined)
    return invalid('Only one of after_id and before_id may be given.');
  const page = batches.page({ limit, afterId, beforeId });
  if (!page) return unknownBatch(afterId ?? beforeId ?? '');
  return jsonAnswer(200, {
    data: page.records.map((record) => batches.describe(record, origin)),
    has_more: page.hasMore,
    first_id: page.records[0]?.id ?? null,
    last_id: page.records.at(-1)?.id ?? null,
  });
}

/** `GET /v1/messages/batches/{id}`. */
export function readBatch(call: BatchCall): ClaudeAnswer | Problem {
  return described(call, call.batches.get(call.id));
}

/** `POST /v1/messages/batches/{id}/cancel`. */
export function cancelBatch(call: BatchCall): ClaudeAnswer | Problem {
  const before = call.batches.get(call.id);
  if (before?.endedAt !== undefined) return invalid(`Batch ${call.id} has ended and cannot be canceled.`);
  return described(call, call.batches.cancel(call.id));
}

/** `DELETE /v1/messages/batches/{id}`: only what has ended can go. */
export function deleteBatch({ batches, id }: BatchCall): ClaudeAnswer | Problem {
  const record = batches.get(id);
  if (!record) return unknownBatch(id);
  if (record.endedAt === undefined)
    return invalid(`Batch ${id} cannot be deleted while it is in progress: cancel it first.`);
  batches.remove(id);
  return jsonAnswer(200, { id, type: 'message_batch_deleted' });
}

/** `GET /v1/messages/batches/{id}/results`: JSON lines in any order. */
export function readResults({ batches, id }: BatchCall): ClaudeAnswer | Problem {
  const record = batches.get(id);
  if (!record) return unknownBatch(id);
  const lines = record.endedAt === undefined ? undefined : batches.results(record);
  if (lines === undefined) {
    const why = batches.isArchived(record) ? 'are no longer kept' : 'are not available before it has ended';
    return { type: 'not_found_error', message: `The results of batch ${id} ${why}.` };
  }
  return { status: 200, headers: { 'content-type': 'application/x-jsonl' }, body: lines };
}

function described(
  { batches, origin, id }: BatchCall,
  record: BatchRecord | undefined,
): ClaudeAnswer | Problem {
  return record ? jsonAnswer(200, batches.describe(record, origin)) : unknownBatch(id);
}

function unknownBatch(id: string): Problem {
  return { type: 'not_found_error', message: `Batch ${id} not found.` };
}
