/** Groups as many real tickets as it is told, gives new ones to their issues, and prints what it took as JSON. */
import { readdirSync } from 'node:fs';
import { TicketAssigner } from '#core/issues/clusters/assign-tickets.ts';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { isGroupable } from '#core/issues/grouping/grouped-ticket-of.ts';
import { regroup } from '#core/issues/grouping/regroup.ts';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { readQuestions } from './question-rows.ts';
import { daysOf } from './replayed-issues.ts';
import { readThreads } from './thread-rows.ts';

export type ManyTickets = {
  readonly tickets: number;
  readonly issues: number;
  /** From the texts to the issues. */
  readonly seconds: number;
  /** Of all threads, the garbage collector’s too. */
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  /** For one new ticket: the 95th percentile, warm. */
  readonly oneMs: number;
  /** For all of {@link NEW_TICKETS}. */
  readonly nightMs: number;
  readonly assigned: number;
};

const NEW_TICKETS = 500;
const RULES = { decisions: [], facts: new Map<string, never>(), subdomain: 'eval', resolution: 2 } as const;

const [folder = '', count = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(measure(realTickets(folder, Number(count) + NEW_TICKETS))));

function realTickets(from: string, most: number): GroupedTicket[] {
  const byId = new Map<string, GroupedTicket>();
  for (const file of readdirSync(from).sort()) {
    if (!/^sumo-.*\.jsonl\.gz$/.test(file)) continue;
    for (const ticket of readQuestions(`${from}/${file}`).tickets) byId.set(ticket.id, ticket);
  }
  const last = Math.max(...[...byId.values()].map(({ createdAt }) => createdAt));
  const questions = [...byId.values()].filter(isGroupable);
  // A few of them say nothing but a name.
  const missing = Math.max(0, 2 * (most - questions.length));
  const threads = [...readThreads(from, { most: missing, at: last })].filter(isGroupable);
  return [...questions, ...threads].slice(0, most);
}

function measure(all: readonly GroupedTicket[]): ManyTickets {
  const known = all.slice(0, -NEW_TICKETS);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const corpus = createTextCorpus(known);
  const days = regroup({ ...RULES, mode: 'assign', days: daysOf(known), before: undefined, corpus }).days;
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peakRssMb = (process.resourceUsage().maxRSS * 1024) / 1e6;
  const issueOf = new Map([...ticketsIn(days)].map(({ id, issueId }) => [id, issueId ?? '']));
  let ids = 0;
  const assigner = new TicketAssigner({
    vectors: corpus.vectors,
    issues: corpus.tickets.map(({ id }) => issueOf.get(id) ?? ''),
    newId: () => `new ${ids++}`,
  });
  const times = all.slice(-NEW_TICKETS).map(({ text }) => {
    const from = performance.now();
    const { indices, values } = corpus.embed(text);
    assigner.assign({ indices: indices.slice(), values: values.slice() });
    return performance.now() - from;
  });
  const sorted = times.toSorted((a, b) => a - b);
  return {
    tickets: known.length,
    issues: new Set(issueOf.values()).size,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb,
    oneMs: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    nightMs: times.reduce((sum, time) => sum + time, 0),
    assigned: times.length,
  };
}
