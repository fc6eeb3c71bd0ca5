/** The handshake of the feed: who is let in, and the faults that can happen there. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FeedEnding } from '#local/marketplace/faults/faults.ts';
import { type Answer, contentOf, errorAnswer } from '#local/marketplace/http/answer.ts';
import { type Call, readCall } from '#local/marketplace/http/routes.ts';
import { limitedAnswer, statusAnswer } from '#local/marketplace/http/send-answer.ts';
import { runBefore } from '#local/marketplace/http/serve-request.ts';
import type { World } from '#local/marketplace/world.ts';
import type { FeedHub } from './feed.ts';

const MAX_FRAME_BYTES = 1024 * 1024;
const TOKEN_REFUSED = 4401;

/** The way into the feed. */
export type SocketGate = {
  /** Serves an `upgrade` event of the HTTP server. */
  accept(request: IncomingMessage, raw: Duplex, head: Buffer): Promise<void>;
  /** Ends every connection that ever asked to be upgraded: the HTTP server no longer counts them as its own. */
  destroy(): void;
};

/** Makes the gate of a feed. */
export function createSocketGate(world: World, hub: FeedHub): SocketGate {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    autoPong: false,
  });

  const admit = (request: IncomingMessage, raw: Duplex, head: Buffer, call: Call, ending?: FeedEnding) =>
    server.handleUpgrade(request, raw, head, (socket: WebSocket) => {
      if (world.tokens.state(call.token) !== 'valid') {
        hub.countRefusal();
        socket.close(TOKEN_REFUSED, 'token refused');
        return;
      }
      const mood = ending?.kind === 'zombie' || ending?.kind === 'silent' ? ending.kind : 'honest';
      const feedSocket = hub.adopt(socket, raw, { token: call.token ?? '', mood });
      if (ending?.kind !== 'close') return;
      const { code, reason = '', afterFrames = 0 } = ending;
      if (afterFrames === 0) feedSocket.close(code, reason);
      else feedSocket.afterFrames(afterFrames, () => feedSocket.close(code, reason));
    });

  const connections = new Set<Duplex>();

  const accept: SocketGate['accept'] = async (request, raw, head) => {
    connections.add(raw);
    raw.on('error', () => raw.destroy());
    const call = readHandshake(request);
    const ticket = world.recorder.begin(call);
    raw.once('close', () => {
      connections.delete(raw);
      ticket.end(0);
    });
    if (call.route !== 'feed') {
      ticket.end(404);
      refuse(raw, errorAnswer(404, 'not_found', `There is no ${call.path} here.`));
      return;
    }
    const plan = world.faults.planHandshake(call);
    if (plan.latencyMs > 0) await sleep(plan.latencyMs, undefined, { ref: false });
    for (const fault of plan.before) await runBefore(world, call, fault);
    const { ending } = plan;
    if (ending) ticket.entry.fault = ending.kind;
    const refusal = ending && refusalOf(ending, world.now());
    if (refusal || ending?.kind === 'hang' || ending?.kind === 'reset') hub.countRefusal();
    if (ending?.kind === 'hang') return;
    ticket.end(refusal?.status ?? (ending?.kind === 'reset' ? 0 : 101));
    if (ending?.kind === 'reset') raw.destroy();
    else if (refusal) refuse(raw, refusal);
    else admit(request, raw, head, call, ending);
  };

  const destroy = () => {
    for (const raw of connections) raw.destroy();
  };

  return { accept, destroy };
}

/** The feed takes its token from the address. */
function readHandshake(request: IncomingMessage): Call {
  const call = readCall(request);
  return { ...call, token: call.query.get('token') ?? call.token };
}

function refusalOf(ending: FeedEnding, nowMs: number): Answer | undefined {
  if (ending.kind === 'status') return statusAnswer(ending);
  return ending.kind === 'rate_limit' ? limitedAnswer(ending, nowMs) : undefined;
}

function refuse(raw: Duplex, answer: Answer): void {
  const content = contentOf(answer);
  const headers = {
    connection: 'close',
    'content-type': 'application/json',
    'content-length': content.length,
    ...answer.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  raw.end(
    Buffer.concat([Buffer.from(`HTTP/1.1 ${answer.status} Refused\r\n${lines.join('')}\r\n`), content]),
  );
}
