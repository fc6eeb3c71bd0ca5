import type { MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import type { ClaudeRequest } from '#core/tickets/analysis/claude-request.ts';
import { worstCaseMicroUsd } from '#core/tickets/analysis/prices.ts';
import { ticketMessage } from '#core/tickets/analysis/prompt.ts';
import type { AnalysisBatches } from '#core/tickets/analysis-batch.ts';
import { totalUse } from '#core/tickets/spend.ts';
import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { TicketStore, TicketTransition } from '#core/tickets/ticket-store.ts';
import type { Claude } from '#local/claude/claude.ts';
import { messageHash } from '#local/claude/stats.ts';
import type { LogLine } from '#test/functions/admin-api/recording-log.ts';
import type { Life } from './life.ts';

/** A message that was sent directly, and what became of it. */
type DirectCall = {
  readonly hash: string;
  readonly life: Life;
  readonly worstMicroUsd: number;
  /** It was answered to its end. */
  isComplete: boolean;
  /** No answer came, though it may be paid. */
  isLost: boolean;
  requestId: string | undefined;
};

/** What the account is kept of. */
type Kept = {
  readonly memory: MemoryTable;
  readonly lines: readonly LogLine[];
  readonly claude: Claude;
  readonly stores: { readonly batches: Pick<AnalysisBatches, 'open'> };
  entry(id: string): TicketEntry | undefined;
};

/** Nobody knows what became of a request that is answered so. */
const GAVE_UP: ReadonlySet<number> = new Set([408, 502, 504, 524]);

/** What is logged of a batch at its end, with how many results were not there. */
const BATCH_ENDS: ReadonlySet<string> = new Set([
  'a batch was collected',
  'Claude does not have a batch any more',
]);

/** Steps of a ticket that an answer comes to without being its analysis. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'outdated',
  'gone',
  'excluded',
  'fenced',
  'failed',
  'pending',
  'refused',
  'unchanged',
]);

/**
 * What the pipeline asked of Claude and what it kept of the answers: the simulation's own account, against which the
 * simulator's and the ledger's are held.
 */
export class Books {
  readonly #world: Kept;
  /** How often an answer about a text came to nothing, or was forgotten with its ticket, by the text's message. */
  readonly #resets = new Map<string, number>();
  /** The most that a request in a batch may cost. */
  #dearestInBatch = 0;
  readonly calls: DirectCall[] = [];
  /** What went against the rules, as it happened. */
  readonly wrongs: string[] = [];
  /** The request ids of the analyses that were kept, and how often each was. */
  readonly kept = new Map<string, number>();
  /** Answers that were not kept, by ticket. */
  readonly notKept = new Map<string, number>();
  /** What dead processes had reserved when they died, by reservation. */
  readonly leftByTheDead = new Map<string, number>();

  constructor(world: Kept) {
    this.#world = world;
  }

  /** A process died: what it had reserved is all that may be counted without having been paid. */
  async died(): Promise<void> {
    const open = new Set((await this.#world.stores.batches.open()).map(({ reservationId }) => reservationId));
    for (const month of this.#world.memory.spend.values()) {
      for (const [id, { microUsd }] of Object.entries(month.open)) {
        if (!open.has(id)) this.leftByTheDead.set(id, microUsd);
      }
    }
  }

  /** Claude's `fetch`, with a note of every message that is sent directly. */
  fetchOf(life: Life): typeof fetch {
    const { claude } = this.#world;
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const body = typeof init?.body === 'string' ? init.body : '';
      if (url.pathname === '/v1/messages/batches' && init?.method?.toUpperCase() === 'POST')
        this.#checkBatch(body);
      if (url.pathname !== '/v1/messages') return claude.fetch(input, init);
      const call = this.#begin(life, JSON.parse(body) as ClaudeRequest);
      const response = await claude.fetch(input, init);
      call.requestId = response.headers.get('request-id') ?? undefined;
      const text = await response
        .clone()
        .text()
        .catch(() => undefined);
      call.isLost = GAVE_UP.has(response.status) || text === undefined;
      call.isComplete = text?.includes('"stop_reason":"end_turn"') === true;
      return response;
    };
  }

  /** The store of tickets, with a note of what was kept. */
  watch(tickets: TicketStore): TicketStore {
    return {
      ...tickets,
      change: (id, transition, known) =>
        tickets.change(
          id,
          (before) => {
            const taken = transition(before);
            this.#note(id, before, taken);
            return taken;
          },
          known,
        ),
    };
  }

  /** The most that the ledger may count although nothing was paid, by what happened to processes and answers. */
  excusedMicroUsd(): number {
    const dead = [...this.leftByTheDead.values()].reduce((sum, microUsd) => sum + microUsd, 0);
    const lost = this.calls.filter(({ isLost }) => isLost).reduce((sum, call) => sum + call.worstMicroUsd, 0);
    return dead + lost + this.#missingLines() * this.#dearestInBatch;
  }

  /** How often a text may have been asked about once more, by the hash of its message. */
  resets(hash: string): number {
    return this.#resets.get(hash) ?? 0;
  }

  ledgerMicroUsd(): number {
    return [...this.#world.memory.spend.values()].reduce(
      (sum, month) => sum + totalUse(month).costMicroUsd,
      0,
    );
  }

  /** Lines that batches did not have although they may be paid: all of one whose process died before it could tell. */
  #missingLines(): number {
    const ended = this.#world.lines.filter(({ message }) => BATCH_ENDS.has(message));
    const told = new Map(ended.map(({ facts }) => [facts.batch_id, Number(facts.missing)]));
    const batches = [...this.#world.memory.analysisBatches.values()].map((row) => row.batch);
    return batches.reduce((sum, { id, tickets }) => sum + (told.get(id) ?? tickets.length), 0);
  }

  #begin(life: Life, request: ClaudeRequest): DirectCall {
    const content = request.messages[0].content;
    const status = this.#statusOf(content);
    if (status !== undefined && status !== 'pending')
      this.wrongs.push(`asked directly about a ticket that is ${status}: ${content.slice(0, 120)}`);
    const call: DirectCall = {
      hash: messageHash(content),
      life,
      worstMicroUsd: worstCaseMicroUsd(request.model, request, 'direct'),
      isComplete: false,
      isLost: true,
      requestId: undefined,
    };
    this.calls.push(call);
    return call;
  }

  #checkBatch(body: string): void {
    const { requests } = JSON.parse(body) as { requests: { params: ClaudeRequest }[] };
    for (const { params } of requests) {
      const content = params.messages[0].content;
      this.#dearestInBatch = Math.max(this.#dearestInBatch, worstCaseMicroUsd(params.model, params, 'batch'));
      const status = this.#statusOf(content);
      if (status !== undefined && status !== 'batched')
        this.wrongs.push(`a batch asks about a ticket that is ${status}`);
    }
  }

  /** Where the ticket with this text is on its way; undefined of a text without a mark. */
  #statusOf(content: string): string | undefined {
    const [mark, id] = /Case (\d+) v\d+\./.exec(content) ?? [];
    if (mark === undefined || id === undefined) return undefined;
    const entry = this.#world.entry(id);
    if (entry?.kind !== 'live' || !`${entry.subject} ${entry.body}`.includes(mark)) return 'gone';
    return entry.analysis.status;
  }

  #note(
    id: string,
    before: TicketEntry | undefined,
    { result, history, next }: TicketTransition<unknown>,
  ): void {
    const isForgotten = next?.kind === 'deleted' || result === 'pending' || result === 'failed';
    if (before?.kind === 'live' && isForgotten) {
      const hash = messageHash(ticketMessage(before));
      this.#resets.set(hash, this.resets(hash) + 1);
    }
    if (history) {
      this.kept.set(history.requestId, (this.kept.get(history.requestId) ?? 0) + 1);
      const known = before?.kind === 'live' ? before.analysed?.contentSha : undefined;
      if (known === history.contentSha) this.wrongs.push(`ticket ${id} was analysed again as it was`);
    } else if (typeof result === 'string' && NOT_KEPT.has(result)) {
      this.notKept.set(id, (this.notKept.get(id) ?? 0) + 1);
    }
  }
}
