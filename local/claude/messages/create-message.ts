/** Makes a message: the analyser's answer in the shape that the schema asks for, and what it costs. */
import { analyseTicket } from '#local/claude/analyser/analyse-ticket.ts';
import { fillSchema } from '#local/claude/analyser/fill-schema.ts';
import type { IssueFinder } from '#local/claude/analyser/known-issues.ts';
import { labelOf } from '#local/claude/analyser/label-issue.ts';
import { textOf, userText } from '#local/claude/analyser/read-ticket.ts';
import { isRecord } from '#local/claude/http/wire.ts';
import type { Effect } from '#local/claude/switches/switches.ts';
import type { CheckedMessage } from './message-params.ts';
import { cutToTokens, promptTokens, tokensOf } from './tokens.ts';

/** How a message is made. */
export type Making = {
  readonly id: string;
  readonly tier: 'standard' | 'batch';
  readonly effects: readonly Effect[];
  readonly findIssue: IssueFinder;
};

/** A message as the API answers it. */
export type Message = ReturnType<typeof createMessage>;

const THINKING =
  'The stand-in thinks by rules. It reads the ticket, finds words that it knows, and fills the schema.';

/** Longer than any of the pipeline's strings may be. */
const LONG = 600;

/** Makes the message. The same parameters and effects give the same content. */
export function createMessage({ params }: CheckedMessage, making: Making) {
  const { id, tier, effects } = making;
  const thinking = effects.some(({ kind }) => kind === 'thinking') ? THINKING : undefined;
  const refusal = effects.some(({ kind }) => kind === 'refusal');
  const whole = refusal ? '' : textFor(params, making);
  const thinkingTokens = thinking === undefined ? 0 : tokensOf(thinking);
  const room = Math.max(0, params.max_tokens - thinkingTokens);
  const cut = effects.find((effect) => effect.kind === 'max_tokens');
  const text = cut ? whole.slice(0, Math.floor(whole.length * (cut.share ?? 0.5))) : cutToTokens(whole, room);
  const isCut = !refusal && text.length < whole.length;
  const outputTokens = isCut ? params.max_tokens : Math.max(1, thinkingTokens + tokensOf(text));
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: params.model,
    content: contentOf(thinking, text),
    container: null,
    diagnostics: null,
    stop_reason: stopReason(refusal, isCut),
    stop_sequence: null,
    stop_details: refusal ? REFUSED : null,
    usage: usageOf(promptTokens(params), { outputTokens, thinkingTokens }, tier),
  };
}

const REFUSED = {
  type: 'refusal',
  category: 'general_harms',
  explanation: 'The stand-in was ordered to refuse this message.',
};

function stopReason(refusal: boolean, isCut: boolean) {
  if (refusal) return 'refusal';
  return isCut ? 'max_tokens' : 'end_turn';
}

function contentOf(thinking: string | undefined, text: string) {
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking', thinking, signature: 'c3RhbmQtaW4=' }]),
    ...(text === '' ? [] : [{ type: 'text', text, citations: null }]),
  ];
}

function usageOf(
  inputTokens: number,
  output: { readonly outputTokens: number; readonly thinkingTokens: number },
  tier: 'standard' | 'batch',
) {
  return {
    input_tokens: inputTokens,
    output_tokens: output.outputTokens,
    // Prompts of this size stay below the smallest prefix that is cached.
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens_details: { thinking_tokens: output.thinkingTokens },
    server_tool_use: null,
    service_tier: tier,
    inference_geo: 'global',
    speed: 'standard',
  };
}

function textFor(params: CheckedMessage['params'], { effects, findIssue }: Making): string {
  const text = userText(params.messages);
  const analysis = analyseTicket(text, findIssue);
  const { format } = params.output_config ?? {};
  if (!format) return `${analysis.summary} This is a ticket of the kind ${analysis.kind}.`;
  const instructions = params.system === undefined ? '' : textOf(params.system);
  const filled = fillSchema(format.schema, analysis, instructions, {
    ...labelOf(text),
    ...overridesOf(effects),
  });
  const json = JSON.stringify(effects.reduce((value, effect) => spoil(value, effect, format.schema), filled));
  if (!effects.some(({ kind }) => kind === 'prose')) return json;
  return `Here is the analysis of the ticket:\n\n\`\`\`json\n${json}\n\`\`\`\n\nLet me know if you need anything else.`;
}

function overridesOf(effects: readonly Effect[]): Record<string, unknown> {
  const overrides: Record<string, unknown> = {};
  for (const effect of effects) {
    if (effect.kind === 'severity') {
      Object.assign(overrides, { severity: effect.severity ?? 'critical', suspected_injection: false });
    }
  }
  return overrides;
}

/** What a grammar should keep a model from, and does not always. */
function spoil(value: unknown, effect: Effect, schema: Record<string, unknown>): unknown {
  if (!isRecord(value)) return value;
  switch (effect.kind) {
    case 'extra_property':
      return { ...value, priority_note: 'A property that nobody asked for.' };
    case 'missing_property':
      return without(value, effect.name ?? Object.keys(value).at(-1) ?? '');
    case 'capitals':
      return inCapitals(value, schema);
    case 'answer':
      return { ...value, ...effect.properties };
    case 'long_strings':
      return { ...value, ...lengthened(value) };
    default:
      return value;
  }
}

/** The strings that the schema clips, once more at full length. */
function lengthened(value: Record<string, unknown>): Record<string, unknown> {
  const texts = ['statement', 'summary', 'title', 'description'].filter(
    (name) => typeof value[name] === 'string',
  );
  return Object.fromEntries(texts.map((name) => [name, longer(String(value[name]))]));
}

function longer(text: string): string {
  return `${text} `.repeat(Math.ceil(LONG / (text.length + 1)));
}

function without(value: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

function inCapitals(value: Record<string, unknown>, schema: Record<string, unknown>) {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const isEnum = (name: string) => {
    const part = properties[name];
    return isRecord(part) && Array.isArray(part.enum);
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typeof one === 'string' && isEnum(name) ? one.toUpperCase() : one,
    ]),
  );
}
