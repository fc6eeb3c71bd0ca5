/** The calls about models. */
import type { Models } from '#local/claude/models.ts';
import { invalid, type Problem } from './api-error.ts';
import { type ClaudeAnswer, jsonAnswer } from './wire.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** `GET /v1/models`, the newest first; `lifecycle` may be given several times, default all. */
export function listModels(models: Models, query: URLSearchParams): ClaudeAnswer | Problem {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return invalid(`limit: must be a whole number from 1 to ${MAX_LIMIT}`);
  const wanted = [...query.getAll('lifecycle'), ...query.getAll('lifecycle[]')];
  const all = models
    .list()
    .filter((model) => wanted.length === 0 || wanted.includes(models.lifecycle(model)));
  const afterId = query.get('after_id');
  const rest = afterId === null ? all : all.slice(all.findIndex(({ id }) => id === afterId) + 1);
  const page = rest.slice(0, limit);
  return jsonAnswer(200, {
    data: page.map((model) => models.describe(model)),
    has_more: rest.length > limit,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  });
}

/** `GET /v1/models/{id}`: retired ones are still told of. */
export function readModel(models: Models, id: string): ClaudeAnswer | Problem {
  const model = models.get(id);
  if (!model) return { type: 'not_found_error', message: `model: ${id}` };
  return jsonAnswer(200, models.describe(model));
}
