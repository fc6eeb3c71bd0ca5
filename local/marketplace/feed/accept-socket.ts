/** The handshake of the feed: who is let in, and the faults that can happen there. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultOf } from '#local/marketplace/faults/fault-schema.ts';
import type { FeedEnding } from '#local/marketplace/faults/faults.ts';
import { contentOf, errorAnswer, type WireAnswer } from '#local/marketplace/http/answer.ts';
import { type Call, readCall } from '#local/marketplace/http/routes.ts';
import { limitedAnswer, statusAnswer } from '#local/marketplace/http/send-answer.ts';
import { runBefore } from '#local/marketplace/http/serve-request.ts';
import type { Ticket } from '#local/marketplace/stats.ts';
import type { World } from '#local/marketplace/world.ts';
import type { FeedHub } from './feed.ts';

const MAX_FRAME_BYTES = 1024 * 1024;
const TOKEN_REFUSED = 4401;

/** A fault of a socket that was let in. */
type SocketEnding = FaultOf<'zombie'> | FaultOf<'silent'> | FaultOf<'close'>;

/** A request to be upgraded to a WebSocket, with its connection. */
type Handshake = {
  readonly request: IncomingMessage;
  readonly raw: Duplex;
  readonly head: Buffer;
  readonly call: Call;
  readonly ticket: Ticket;
};

/** The way into the feed. */
export class SocketGate {
  readonly #world: World;
  readonly #hub: FeedHub;
  /** Every connection that ever asked to be upgraded: the HTTP server no longer counts them as its own. */
  readonly #connections = new Set<Duplex>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    autoPong: false,
  });

  constructor(world: World, hub: FeedHub) {
    this.#world = world;
    this.#hub = hub;
  }

  /** Serves an `upgrade` event of the HTTP server. */
  async accept(request: IncomingMessage, raw: Duplex, head: Buffer): Promise<void> {
    const handshake = this.#begin(request, raw, head);
    const { call, ticket } = handshake;
    if (call.route !== 'feed') {
      ticket.end(404);
      refuse(raw, errorAnswer(404, 'not_found', `There is no ${call.path} here.`));
      return;
    }
    const plan = this.#world.faults.planHandshake(call);
    if (plan.latencyMs > 0) await sleep(plan.latencyMs, undefined, { ref: false });
    for (const fault of plan.before) await runBefore(this.#world, call, fault);
    this.#end(handshake, plan.ending);
  }

  /** Ends all connections. */
  destroy(): void {
    for (const raw of this.#connections) raw.destroy();
  }

  #begin(request: IncomingMessage, raw: Duplex, head: Buffer): Handshake {
    this.#connections.add(raw);
    raw.on('error', () => raw.destroy());
    const call = readHandshake(request);
    const ticket = this.#world.recorder.begin(call);
    raw.once('close', () => {
      this.#connections.delete(raw);
      ticket.end(0);
    });
    return { request, raw, head, call, ticket };
  }

  /** Ends a handshake the way the fault says; without one the client is let in. */
  #end(handshake: Handshake, ending: FeedEnding | undefined): void {
    const { raw, ticket } = handshake;
    if (ending) ticket.entry.fault = ending.kind;
    switch (ending?.kind) {
      case 'hang':
        this.#hub.countRefusal();
        break;
      case 'reset':
        this.#hub.countRefusal();
        ticket.end(0);
        raw.destroy();
        break;
      case 'status':
      case 'rate_limit':
        this.#refuse(handshake, ending);
        break;
      default:
        ticket.end(101);
        this.#admit(handshake, ending);
    }
  }

  #refuse({ raw, ticket }: Handshake, fault: FaultOf<'status'> | FaultOf<'rate_limit'>): void {
    const answer = fault.kind === 'status' ? statusAnswer(fault) : limitedAnswer(fault, this.#world.now());
    this.#hub.countRefusal();
    ticket.end(answer.status);
    refuse(raw, answer);
  }

  #admit({ request, raw, head, call }: Handshake, ending: SocketEnding | undefined): void {
    this.#server.handleUpgrade(request, raw, head, (socket: WebSocket) => {
      if (this.#world.tokens.state(call.token) !== 'valid') {
        this.#hub.countRefusal();
        socket.close(TOKEN_REFUSED, 'token refused');
        return;
      }
      const mood = ending === undefined || ending.kind === 'close' ? 'honest' : ending.kind;
      const served = this.#hub.adopt(socket, raw, { token: call.token ?? '', mood });
      if (ending?.kind !== 'close') return;
      const { code, reason = '', afterFrames = 0 } = ending;
      if (afterFrames === 0) served.close(code, reason);
      else served.afterFrames(afterFrames, () => served.close(code, reason));
    });
  }
}

/** The feed takes its token from the address. */
function readHandshake(request: IncomingMessage): Call {
  const call = readCall(request);
  return { ...call, token: call.query.get('token') ?? call.token };
}

function refuse(raw: Duplex, answer: WireAnswer): void {
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
