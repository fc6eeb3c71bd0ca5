import type { IncomingMessage } from 'node:http';

/** A body that was taken before its reader came. */
export type HeldBody = {
  readonly body: Buffer;
  /** Puts it back: the request can then be read as if nobody had looked. */
  giveBack(): void;
};

/**
 * Takes a request's whole body out of its stream, and can put it back: the stand-ins' own listeners read the request
 * itself and know nothing of a body that was read before. To be called in the same turn as the `request` event.
 *
 * @returns undefined past `limitBytes`; what comes after is thrown away. Never settles where the client goes away first.
 */
export function takeBody(request: IncomingMessage, limitBytes: number): Promise<HeldBody | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  const push = request.push.bind(request);
  const giveBack = () => {
    request.push = push;
    for (const chunk of chunks) push(chunk);
    push(null);
  };
  return new Promise((resolve) => {
    // The parser hands every piece of the body to `push`, and null at its end.
    request.push = (chunk: Buffer | null) => {
      if (chunk === null && length <= limitBytes) resolve({ body: Buffer.concat(chunks), giveBack });
      if (chunk === null) return false;
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length > limitBytes) resolve(undefined);
      return true;
    };
  });
}
