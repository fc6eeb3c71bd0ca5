/** The parameters of a message, and which of them the API refuses. */
import { z } from 'zod';
import { invalid, type Problem } from '#local/claude/http/api-error.ts';
import type { Model, Models } from '#local/claude/models.ts';
import { schemaProblem } from './output-schema.ts';
import { promptTokens } from './tokens.ts';

const cacheControl = z
  .strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() })
  .nullish();
const textBlock = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  cache_control: cacheControl,
  citations: z.looseObject({ enabled: z.boolean().optional() }).nullish(),
});
const content = z.union([z.string(), z.array(textBlock).min(1)]);
const message = z.strictObject({ role: z.enum(['user', 'assistant']), content });

const messageParams = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z
        .strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })
        .nullish(),
    })
    .optional(),
  thinking: z
    .strictObject({
      type: z.enum(['adaptive', 'enabled', 'disabled', 'between_tools']),
      budget_tokens: z.int().optional(),
      display: z.string().nullish(),
    })
    .optional(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  cache_control: cacheControl,
  stop_sequences: z.array(z.string()).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  inference_geo: z.string().nullish(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.number().optional(),
  stream: z.boolean().optional(),
});

/** Parameters that the API takes. */
type MessageParams = z.infer<typeof messageParams>;

/** A message that may be made. */
export type CheckedMessage = { readonly params: MessageParams; readonly model: Model };

const countParams = messageParams
  .omit({ max_tokens: true, metadata: true, stop_sequences: true, stream: true })
  .extend({ max_tokens: z.int().min(1).optional() });

/** Checks the parameters of `count_tokens`, which has no `max_tokens`. */
export function checkCount(value: unknown, models: Models): CheckedMessage | Problem {
  const parsed = countParams.safeParse(value, { reportInput: false });
  if (!parsed.success) return invalid(describe(parsed.error));
  return checkRules({ ...parsed.data, max_tokens: parsed.data.max_tokens ?? 1 }, models);
}

/** Checks the parameters of a message, as the API does before it does any work. */
export function checkMessage(value: unknown, models: Models): CheckedMessage | Problem {
  const parsed = messageParams.safeParse(value, { reportInput: false });
  return parsed.success ? checkRules(parsed.data, models) : invalid(describe(parsed.error));
}

function checkRules(params: MessageParams, models: Models): CheckedMessage | Problem {
  const model = models.get(params.model);
  if (!model || models.lifecycle(model) === 'retired') {
    return { type: 'not_found_error', message: `model: ${params.model}` };
  }
  const problem =
    limitProblem(params, model) ??
    samplingProblem(params, model) ??
    thinkingProblem(params, model) ??
    turnsProblem(params, model) ??
    formatProblem(params, model);
  return problem ?? { params, model };
}

function limitProblem(params: MessageParams, model: Model): Problem | undefined {
  if (params.max_tokens > model.maxTokens) {
    return invalid(
      `max_tokens: ${params.max_tokens} > ${model.maxTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
    );
  }
  const tokens = promptTokens(params);
  if (tokens <= model.maxInputTokens) return undefined;
  return invalid(`prompt is too long: ${tokens} tokens > ${model.maxInputTokens} maximum`);
}

/** Consistency must come from the schema: the new models take only what is the default anyway. */
function samplingProblem(params: MessageParams, model: Model): Problem | undefined {
  const { temperature, top_p, top_k } = params;
  if (model.isNew) {
    if (temperature !== undefined && temperature !== 1)
      return invalid(`temperature: may only be set to 1 for ${model.id}.`);
    if (top_p !== undefined && top_p !== 1) return invalid(`top_p: is not supported by ${model.id}.`);
    if (top_k !== undefined) return invalid(`top_k: is not supported by ${model.id}.`);
  }
  if (temperature !== undefined && (temperature < 0 || temperature > 1))
    return invalid('temperature: range: 0..1');
  return undefined;
}

function thinkingProblem({ thinking }: MessageParams, model: Model): Problem | undefined {
  if (thinking === undefined) return undefined;
  if (model.isNew && thinking.budget_tokens !== undefined) {
    return invalid(
      `thinking.budget_tokens: is not supported by ${model.id}. Use thinking.type "adaptive" with output_config.effort.`,
    );
  }
  const isNewType = thinking.type === 'adaptive' || thinking.type === 'between_tools';
  if (isNewType && !model.isNew) return invalid(`thinking.type: ${thinking.type} is not supported.`);
  return undefined;
}

function turnsProblem({ messages, stream }: MessageParams, model: Model): Problem | undefined {
  if (messages[0]?.role !== 'user') return invalid('messages: first message must use the "user" role');
  if (messages.at(-1)?.role === 'assistant' && model.isNew) {
    return invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  if (messages.some(({ content: text }) => text === ''))
    return invalid('messages: text content blocks must be non-empty');
  if (stream) return invalid('stream: the stand-in does not stream');
  return undefined;
}

function formatProblem(params: MessageParams, model: Model): Problem | undefined {
  const { effort, format } = params.output_config ?? {};
  if (effort != null && !model.hasEffort)
    return invalid(`output_config.effort: is not supported by ${model.id}.`);
  if (!format) return undefined;
  if (hasCitations(params)) {
    return invalid('output_config.format: structured outputs cannot be used with citations.');
  }
  return schemaProblem(format.schema);
}

function hasCitations({ messages }: MessageParams): boolean {
  return messages.some(
    ({ content: blocks }) => Array.isArray(blocks) && blocks.some(({ citations }) => citations?.enabled),
  );
}

/** The first thing that is wrong, in the API's manner: `messages.0.role: …`. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'Invalid request';
  if (issue.code === 'unrecognized_keys') {
    return `${[...issue.path, issue.keys[0]].join('.')}: Extra inputs are not permitted`;
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return `${issue.path.join('.')}: ${isMissing ? 'Field required' : issue.message}`;
}
