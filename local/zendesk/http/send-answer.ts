/** Puts answers on the wire, whole or spoilt. */
import type { ServerResponse } from 'node:http';
import type { WireAnswer } from './wire-exchange.ts';

/** Sends an answer the way it is to end; one that hangs stays open until the client gives up or the server closes. */
export function sendAnswer(response: ServerResponse, { status, headers, body, end }: WireAnswer): void {
  const content = Buffer.from(body);
  switch (end.kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'whole':
      response.writeHead(status, { ...headers, 'content-length': content.length });
      response.end(content);
      return;
    case 'cut':
      sendPart(response, content.subarray(0, Math.floor(content.length * end.share)), {
        status,
        headers: end.isClean ? headers : { ...headers, 'content-length': String(content.length) },
        isClean: end.isClean,
      });
  }
}

function sendPart(
  response: ServerResponse,
  part: Buffer,
  { status, headers, isClean }: { status: number; headers: Record<string, string>; isClean: boolean },
): void {
  response.writeHead(status, headers);
  response.flushHeaders();
  if (isClean) {
    response.end(part);
    return;
  }
  // Destroyed only when the part is with the kernel, or the client would see a plain reset.
  response.write(part, () => response.socket?.destroy());
}
