/** Makes tickets that read like those of a product's help desk; the same seed and time make the same. */
import { createRandom, type SeededRandom } from '#local/random.ts';
import type { CommentInput, TicketInput } from '#local/zendesk/tickets/stored-ticket.ts';
import { isoSeconds, type TicketStatus } from '#local/zendesk/tickets/wire-ticket.ts';
import { type ComposedText, chooseLanguage, composeText, logDump } from './compose-text.ts';
import { GROWING_INCIDENT, PLANTED_ISSUES } from './issue-texts.ts';
import { EVERYDAY, INJECTIONS, SPAM } from './other-texts.ts';
import { planTickets, type TicketPlan } from './plan-tickets.ts';
import type { Language, Wordings } from './wording.ts';

const FIRST_TICKET_ID = 10_001;
const FIRST_REQUESTER_ID = 380_000_000_001;
const FIRST_SPAMMER_ID = 381_000_000_001;
const FIRST_AGENT_ID = 370_000_000_001;
/** The spam wave comes from so few. */
const SPAMMERS = 8;
/** The streams of chance that arrivals have, apart from those of the first tickets. */
const ARRIVAL_STREAM = 0x40000000;
/** Nothing changes later than this before the end, so that the first export has it all. */
const QUIET_SECONDS = 120;
const DAY_SECONDS = 86_400;

/** What is known of a generated ticket. */
export type TicketTruth = {
  readonly kind: TicketPlan['kind'];
  /** The planted issue that it is about; null = none. */
  readonly issue: string | null;
  readonly language: Language;
  /** What in its text names a person, a telephone or a card. */
  readonly pii: readonly string[];
};

export type GeneratedTicket = { readonly ticket: TicketInput; readonly truth: TicketTruth };

/** Makes `count` tickets over the `days` before a time, oldest first. */
export function* generateTickets(options: {
  readonly seed: number;
  readonly count: number;
  readonly days: number;
  readonly nowMs: number;
}): Generator<GeneratedTicket> {
  const { seed, count, days, nowMs } = options;
  const endSeconds = Math.floor(nowMs / 1000) - QUIET_SECONDS;
  const plans = planTickets({ seed, count, days, endSeconds });
  const requesters = Math.max(1, Math.ceil(count * 0.45));
  for (const [index, plan] of plans.entries()) {
    const random = createRandom(seed, index + 1);
    const made = makeTicket(random, plan, { requesters, endSeconds });
    yield { ...made, ticket: { id: FIRST_TICKET_ID + index, ...made.ticket } };
  }
}

/** Makes a ticket that comes in at a moment, the `index`-th such. */
export function generateArrival(options: {
  readonly seed: number;
  readonly index: number;
  readonly atSeconds: number;
}): GeneratedTicket {
  const { seed, index, atSeconds } = options;
  const random = createRandom(seed, ARRIVAL_STREAM + index);
  const share = random.next();
  const at = atSeconds;
  const plan: TicketPlan =
    share < 0.3
      ? { kind: 'incident', at, issue: GROWING_INCIDENT }
      : share < 0.6
        ? { kind: 'issue', at, issue: random.pick(PLANTED_ISSUES) }
        : { kind: 'everyday', at };
  return makeTicket(random, plan, { requesters: 200, endSeconds: atSeconds });
}

type Frame = { readonly requesters: number; readonly endSeconds: number };

function makeTicket(random: SeededRandom, plan: TicketPlan, frame: Frame): GeneratedTicket {
  const text = textFor(random, plan);
  const issue = 'issue' in plan ? plan.issue : undefined;
  const channel = random.pick(['email', 'email', 'email', 'web', 'web', 'native_messaging', 'api']);
  const hasSubject = channel !== 'native_messaging' || random.chance(0.4);
  const description =
    plan.kind === 'log' ? `${text.description}\n\n${logDump(random, 1500)}` : text.description;
  const isHtml = random.chance(0.05);
  const ticket: TicketInput = {
    created_at: isoSeconds(plan.at * 1000),
    subject: hasSubject ? text.subject : null,
    description,
    ...(isHtml && { description_html: asHtml(description) }),
    channel,
    requester_id: requesterFor(random, plan, frame),
    type: issue?.type ?? (plan.kind === 'everyday' ? 'question' : null),
    priority: random.chance(0.4) ? random.pick(['low', 'normal', 'high', 'urgent'] as const) : null,
    tags: random.chance(0.3) ? [random.pick(['vip', 'trial', 'self_hosted', 'enterprise'])] : [],
    ...courseOf(random, plan, frame),
  };
  const { language, pii } = text;
  return { ticket, truth: { kind: plan.kind, issue: issue?.id ?? null, language, pii } };
}

function textFor(random: SeededRandom, plan: TicketPlan): ComposedText {
  switch (plan.kind) {
    case 'incident':
    case 'issue':
      return fromWordings(random, plan.issue.wordings);
    case 'everyday':
    case 'log':
      return fromWordings(random, EVERYDAY);
    case 'spam':
      return { ...composeText(random, random.pick(SPAM), 'en'), pii: [] };
    case 'injection': {
      const { language, text } = INJECTIONS[plan.which % INJECTIONS.length] ?? random.pick(INJECTIONS);
      return composeText(random, text, language);
    }
  }
}

function fromWordings(random: SeededRandom, wordings: Wordings): ComposedText {
  const language = chooseLanguage(random, wordings);
  return composeText(random, random.pick(wordings[language] ?? wordings.en), language);
}

/** A few write often, most of them once or twice. */
function requesterFor(random: SeededRandom, plan: TicketPlan, { requesters }: Frame): number {
  if (plan.kind === 'spam') return FIRST_SPAMMER_ID + (plan.sender % SPAMMERS);
  return FIRST_REQUESTER_ID + Math.floor(requesters * random.next() ** 1.6);
}

/** What became of a ticket by the end: its state, the answers it got, and when it was touched last. */
function courseOf(random: SeededRandom, plan: TicketPlan, { endSeconds }: Frame): TicketInput {
  const ageSeconds = endSeconds - plan.at;
  const answerAt = plan.at + random.between(600, 30_000);
  const comments: CommentInput[] = [];
  if (answerAt < endSeconds && random.chance(0.5)) {
    comments.push(
      reply(answerAt, FIRST_AGENT_ID + random.below(3), 'Thank you for writing to us. We are on it.'),
    );
    const thanksAt = answerAt + random.between(300, 90_000);
    if (thanksAt < endSeconds && random.chance(0.4)) {
      comments.push({ body: 'Thanks for the quick answer!', created_at: isoSeconds(thanksAt * 1000) });
    }
  }
  const isTouched = ageSeconds > DAY_SECONDS && random.chance(0.08);
  return {
    status: statusFor(random, ageSeconds, comments.length > 0),
    comments,
    // Touched by the system since: newer in the export than its last event is.
    ...(isTouched && { generated_timestamp: endSeconds - random.below(Math.floor(DAY_SECONDS / 4)) }),
  };
}

function statusFor(random: SeededRandom, ageSeconds: number, isAnswered: boolean): TicketStatus {
  if (ageSeconds > 12 * DAY_SECONDS) return random.pick(['closed', 'closed', 'closed', 'solved', 'pending']);
  if (ageSeconds > 3 * DAY_SECONDS)
    return random.pick(['solved', 'solved', 'closed', 'open', 'pending', 'hold']);
  return isAnswered ? random.pick(['open', 'pending', 'solved']) : random.pick(['new', 'open']);
}

function reply(at: number, authorId: number, body: string): CommentInput {
  return { body, author_id: authorId, created_at: isoSeconds(at * 1000) };
}

function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const paragraphs = escaped.split('\n\n').map((part) => `<p>${part.replaceAll('\n', '<br />')}</p>`);
  return `<div class="zd-comment" dir="auto">${paragraphs.join('')}<style>p{margin:0}</style></div>`;
}
