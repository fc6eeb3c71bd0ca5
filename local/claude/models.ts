/** The models that the API knows, as `GET /v1/models` tells of them. */
import { isoTime } from './http/wire.ts';
import { priceOf } from './messages/prices.ts';

/** Where a model is in its life. */
export type Lifecycle = 'active' | 'deprecated' | 'retired';

/** What the simulator knows of a model. */
export type Model = {
  readonly id: string;
  readonly line: 'haiku' | 'sonnet' | 'opus' | 'fable' | 'mythos';
  /** Of the generation that has no sampling parameters, no prefill and no thinking budget. */
  readonly isNew: boolean;
  readonly hasEffort: boolean;
  readonly maxInputTokens: number;
  readonly maxTokens: number;
  /** ISO date from which it is deprecated, and from which it is gone. */
  readonly deprecatedAt?: string;
  readonly retiresAt?: string;
};

const NEW = { isNew: true, hasEffort: true, maxInputTokens: 1_000_000, maxTokens: 128_000 } as const;
const OLDER = { isNew: false, hasEffort: true, maxInputTokens: 1_000_000, maxTokens: 128_000 } as const;
const OLDEST = { isNew: false, hasEffort: false, maxInputTokens: 200_000, maxTokens: 64_000 } as const;
const OPUS_4_5 = { deprecatedAt: '2026-10-22', retiresAt: '2027-01-22' } as const;
const SONNET_4_5 = { deprecatedAt: '2026-08-30', retiresAt: '2026-11-30' } as const;

const MODELS: readonly Model[] = [
  { id: 'claude-haiku-5-5', line: 'haiku', ...NEW },
  { id: 'claude-sonnet-5-5', line: 'sonnet', ...NEW },
  { id: 'claude-opus-5-5', line: 'opus', ...NEW },
  { id: 'claude-fable-5-2', line: 'fable', ...NEW },
  { id: 'claude-mythos-5-2', line: 'mythos', ...NEW },
  { id: 'claude-fable-5-1', line: 'fable', ...NEW },
  { id: 'claude-mythos-5-1', line: 'mythos', ...NEW },
  { id: 'claude-fable-5', line: 'fable', ...NEW },
  { id: 'claude-mythos-5', line: 'mythos', ...NEW },
  { id: 'claude-opus-5', line: 'opus', ...NEW },
  { id: 'claude-sonnet-5', line: 'sonnet', ...NEW },
  { id: 'claude-opus-4-8', line: 'opus', ...OLDER },
  { id: 'claude-opus-4-7', line: 'opus', ...OLDER },
  { id: 'claude-opus-4-6', line: 'opus', ...OLDER },
  { id: 'claude-sonnet-4-6', line: 'sonnet', ...OLDER },
  { id: 'claude-haiku-4-5', line: 'haiku', ...OLDEST },
  { id: 'claude-haiku-4-5-20251001', line: 'haiku', ...OLDEST },
  { id: 'claude-opus-4-5', line: 'opus', ...OLDEST, hasEffort: true, ...OPUS_4_5 },
  { id: 'claude-opus-4-5-20251101', line: 'opus', ...OLDEST, hasEffort: true, ...OPUS_4_5 },
  { id: 'claude-sonnet-4-5', line: 'sonnet', ...OLDEST, ...SONNET_4_5 },
  { id: 'claude-sonnet-4-5-20250929', line: 'sonnet', ...OLDEST, ...SONNET_4_5 },
];

const BY_ID = new Map(MODELS.map((model) => [model.id, model]));

/** The models by the simulator's clock, and what was ordered about them. */
export class Models {
  readonly #now: () => number;
  readonly #ordered = new Map<string, Lifecycle>();

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** All ids, the newest first. */
  list(): readonly Model[] {
    return MODELS;
  }

  /** Undefined where there is no such model. */
  get(id: string): Model | undefined {
    return BY_ID.get(id);
  }

  /** Where the model is in its life now. */
  lifecycle(model: Model): Lifecycle {
    const ordered = this.#ordered.get(model.id);
    if (ordered !== undefined) return ordered;
    if (hasPassed(model.retiresAt, this.#now())) return 'retired';
    return hasPassed(model.deprecatedAt, this.#now()) ? 'deprecated' : 'active';
  }

  /** Retires or deprecates a model, or makes it active again, whatever the date. False: there is no such model. */
  setLifecycle(id: string, lifecycle: Lifecycle): boolean {
    if (!BY_ID.has(id)) return false;
    this.#ordered.set(id, lifecycle);
    return true;
  }

  /** A model as the API describes it. */
  describe(model: Model) {
    const lifecycle = this.lifecycle(model);
    return {
      type: 'model',
      id: model.id,
      display_name: displayName(model.id),
      created_at: '2026-01-01T00:00:00Z',
      lifecycle,
      deprecated_at: dateIn(model.deprecatedAt) ?? (lifecycle === 'active' ? null : isoTime(this.#now())),
      retires_at: dateIn(model.retiresAt) ?? (lifecycle === 'retired' ? isoTime(this.#now()) : null),
      line: model.line,
      max_input_tokens: model.maxInputTokens,
      max_tokens: model.maxTokens,
      capabilities: capabilitiesOf(model),
    };
  }
}

function capabilitiesOf(model: Model) {
  const yes = { supported: true };
  const if_ = (supported: boolean) => ({ supported });
  return {
    batch: if_(priceOf(model).batch !== undefined),
    citations: yes,
    code_execution: yes,
    context_management: {
      supported: true,
      clear_thinking_20251015: yes,
      clear_tool_uses_20250919: yes,
      compact_20260112: if_(model.isNew),
    },
    effort: {
      supported: model.hasEffort,
      low: if_(model.hasEffort),
      medium: if_(model.hasEffort),
      high: if_(model.hasEffort),
      xhigh: if_(model.isNew),
      max: if_(model.hasEffort),
    },
    image_input: yes,
    pdf_input: yes,
    server_tools: { supported: true, code_execution: yes, web_search: yes },
    structured_outputs: yes,
    thinking: {
      supported: true,
      types: {
        adaptive: if_(model.isNew),
        between_tools: if_(model.isNew),
        disabled: yes,
        enabled: yes,
      },
    },
  };
}

function hasPassed(date: string | undefined, nowMs: number): boolean {
  return date !== undefined && nowMs >= Date.parse(date);
}

function dateIn(date: string | undefined): string | undefined {
  return date === undefined ? undefined : `${date}T00:00:00Z`;
}

/** `claude-haiku-5-5` → `Claude Haiku 5.5`. */
function displayName(id: string): string {
  const [, line = '', version = ''] = /^claude-([a-z]+)-(\d+(?:-\d)?)/.exec(id) ?? [];
  return `Claude ${line.charAt(0).toUpperCase()}${line.slice(1)} ${version.replace('-', '.')}`;
}
