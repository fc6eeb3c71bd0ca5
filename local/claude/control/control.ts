import type { ClaudeAnswer, ClaudeRequest } from '#local/claude/http/wire.ts';
import type { World } from '#local/claude/world.ts';
import { answerControl } from '#local/http/control-endpoint.ts';
import { CONTROL_ROUTES } from './control-routes.ts';

/** Answers one request to the control endpoint: everything that a test can do with the simulator, over HTTP. */
export async function respondControl(
  world: World,
  { method, path, query, body }: ClaudeRequest,
): Promise<ClaudeAnswer> {
  return answerControl(CONTROL_ROUTES, world, { method, url: `${path}?${query}`, text: body });
}
