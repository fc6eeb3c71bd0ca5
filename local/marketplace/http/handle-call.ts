/** The honest marketplace: what each call answers when nothing misbehaves. */
import { z } from 'zod';
import { parse } from '#core/json/json.ts';
import { parseJson } from '#local/http/parse-json.ts';
import type { World } from '#local/marketplace/world.ts';
import { errorAnswer, jsonAnswer, type WireAnswer } from './answer.ts';
import type { Call } from './routes.ts';
import { isoTime } from './wire.ts';

const MAX_PAGE_SIZE = 1000;
const DEFAULT_PAGE_SIZE = 100;

const ratingFields = {
  rating: z.int().min(1).max(5),
  comment: z.string().max(1000).nullish(),
};
const newRating = z.object({ skill_id: z.string().min(1), user_id: z.string().min(1), ...ratingFields });
const ratingChange = z.object(ratingFields);
const tokenRequest = z.object({ instance_id: z.string().min(1), description: z.string().nullish() });

/** Answers one call; `body` is the request's text. Everything but `/health` needs a token that works. */
export function handleCall(world: World, call: Call, body: string): WireAnswer {
  if (call.route === 'health') return health(world);
  const tokenState = world.tokens.state(call.token);
  if (tokenState !== 'valid') {
    return errorAnswer(401, 'unauthorized', `The bearer token is ${call.token ? tokenState : 'missing'}.`);
  }
  switch (call.route) {
    case 'skills':
      return listSkills(world, call);
    case 'skill':
      return readSkill(world, call.id);
    case 'categories':
      return listCategories(world);
    case 'add_rating':
      return withBody(body, newRating, (input) => addRating(world, input));
    case 'update_rating':
      return updateRating(world, call.id, body);
    case 'mint_token':
      return withBody(body, tokenRequest, (input) => jsonAnswer(201, world.tokens.mint(input.instance_id)));
    case 'revoke_token':
      return world.tokens.revoke(call.id) ? { status: 204 } : notFound('token', call.id);
    case 'feed':
      return errorAnswer(426, 'upgrade_required', 'This is a WebSocket endpoint.', { upgrade: 'websocket' });
    case 'unknown':
      return unknownCall(call);
  }
}

function health(world: World): WireAnswer {
  const status = world.settings.down ? 'down' : 'healthy';
  const body = { status, timestamp: isoTime(world.now()), version: '1.0.0' };
  return jsonAnswer(world.settings.down ? 503 : 200, body);
}

function listSkills(world: World, call: Call): WireAnswer {
  const page = Number(call.query.get('page') ?? 1);
  const pageSize = Number(call.query.get('page_size') ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(page) || page < 1) {
    return errorAnswer(400, 'invalid_request', 'page must be a whole number from 1 up.');
  }
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    return errorAnswer(
      400,
      'invalid_request',
      `page_size must be a whole number from 1 to ${MAX_PAGE_SIZE}.`,
    );
  }
  const query = call.query.get('query') ?? undefined;
  const category = call.query.get('category') ?? undefined;
  const { records, total } = world.catalog.page({ page, pageSize, query, category });
  return { status: 200, page: { records, page, pageSize, total, totalPages: Math.ceil(total / pageSize) } };
}

function readSkill(world: World, skillId: string): WireAnswer {
  const record = world.catalog.serialized(skillId);
  if (!record) return notFound('skill', skillId);
  const ratings = world.ratings.list(skillId).map(({ skill_id, ...rating }) => rating);
  return jsonAnswer(200, { ...(parse(record.toString()) as object), ratings });
}

function listCategories(world: World): WireAnswer {
  const { bareCategories, categoryNameField } = world.settings;
  const categories = world.catalog.categories().map((category) => {
    const { name, ...rest } = category;
    return { [categoryNameField]: name, ...rest };
  });
  return jsonAnswer(200, bareCategories ? categories : { categories });
}

function addRating(world: World, input: z.infer<typeof newRating>): WireAnswer {
  const result = world.ratings.add(input);
  if (result === 'not_found') return notFound('skill', input.skill_id);
  if (result === 'already_rated') {
    return errorAnswer(409, 'already_rated', `${input.user_id} has rated ${input.skill_id} already.`);
  }
  return jsonAnswer(201, result);
}

function updateRating(world: World, ratingId: string, body: string): WireAnswer {
  const { ratingUpdates } = world.settings;
  if (ratingUpdates !== true) {
    return errorAnswer(ratingUpdates, 'not_supported', 'Ratings cannot be changed here.');
  }
  return withBody(body, ratingChange, (change) => {
    const result = world.ratings.update(ratingId, change);
    return result ? jsonAnswer(200, result) : notFound('rating', ratingId);
  });
}

function unknownCall(call: Call): WireAnswer {
  if (!call.allowed) return errorAnswer(404, 'not_found', `There is no ${call.path} here.`);
  const allow = call.allowed.join(', ');
  return errorAnswer(405, 'method_not_allowed', `${call.path} takes ${allow}.`, { allow });
}

function notFound(kind: string, id: string): WireAnswer {
  return errorAnswer(404, 'not_found', `There is no ${kind} ${id}.`);
}

function withBody<T>(text: string, schema: z.ZodType<T>, use: (value: T) => WireAnswer): WireAnswer {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return use(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return errorAnswer(400, 'invalid_request', problems.join('; '));
}
