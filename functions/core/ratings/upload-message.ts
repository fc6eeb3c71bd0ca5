import * as z from 'zod';
import { asciiJson } from '#core/json/ascii-json.ts';
import { parseIfJson } from '#core/json/json.ts';
import { isUserId, type UploadMessage } from './rating.ts';

const schema = z.object({
  skill_id: z.string().min(1),
  user_id: z.string().refine(isUserId),
  revision: z.int().positive(),
});

/** A message's body, in ASCII: no id can make the queue refuse it. 7 KB at most. */
export function formatUploadMessage({ skillId, userId, revision }: UploadMessage): string {
  return asciiJson({ skill_id: skillId, user_id: userId, revision });
}

/** The message in a body; undefined where it is none of ours. */
export function parseUploadMessage(body: string): UploadMessage | undefined {
  const { data } = schema.safeParse(parseIfJson(body));
  return data && { skillId: data.skill_id, userId: data.user_id, revision: data.revision };
}
