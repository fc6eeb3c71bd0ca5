/** Ids as the API gives them, from one seed. A message's says that a stand-in made it. */
import type { SeededRandom } from '#local/random.ts';

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';
const LENGTH = 20;

/** Makes ids; no two are equal. */
export type Ids = {
  message(): string;
  request(): string;
  batch(): string;
};

/** Ids from a stream of chance. */
export function createIds(random: SeededRandom): Ids {
  const rest = () => {
    let text = '';
    for (let at = 0; at < LENGTH; at += 1) text += LETTERS.charAt(random.below(LETTERS.length));
    return text;
  };
  return {
    message: () => `msg_standin_${rest()}`,
    request: () => `req_${rest()}`,
    batch: () => `msgbatch_${rest()}`,
  };
}
