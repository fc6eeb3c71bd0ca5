/** The limits of a minute by model, and the headers that tell of them. */
import { isoTime } from './http/wire.ts';
import type { ClaudeSettings, MinuteLimits } from './options.ts';

const MINUTE_MS = 60_000;
const HEADERS = [
  ['requests', 'requests'],
  ['inputTokens', 'input-tokens'],
  ['outputTokens', 'output-tokens'],
] as const;

type Used = { -readonly [Name in keyof MinuteLimits]: number };

/** Counts what each model was asked for in the clock's current minute. */
export class RateLimits {
  readonly #settings: ClaudeSettings;
  readonly #now: () => number;
  readonly #used = new Map<string, Used>();
  #minute = 0;

  /** @param now epoch milliseconds */
  constructor(settings: ClaudeSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** Counts a request; answers how many seconds it has to wait where the limits are enforced and used up. */
  admit(model: string): number | undefined {
    const used = this.#usedBy(model);
    const { limits, enforceLimits } = this.#settings;
    if (enforceLimits && HEADERS.some(([name]) => used[name] >= limits[name])) {
      return Math.ceil((this.#endMs() - this.#now()) / 1000);
    }
    used.requests += 1;
    return undefined;
  }

  /** Counts the tokens of an answer. */
  use(model: string, inputTokens: number, outputTokens: number): void {
    const used = this.#usedBy(model);
    used.inputTokens += inputTokens;
    used.outputTokens += outputTokens;
  }

  /** `anthropic-ratelimit-requests-limit` and the like. */
  headers(model: string): Record<string, string> {
    const used = this.#usedBy(model);
    const reset = isoTime(this.#endMs());
    const headers: Record<string, string> = {};
    for (const [name, header] of HEADERS) {
      const limit = this.#settings.limits[name];
      headers[`anthropic-ratelimit-${header}-limit`] = String(limit);
      headers[`anthropic-ratelimit-${header}-remaining`] = String(Math.max(0, limit - used[name]));
      headers[`anthropic-ratelimit-${header}-reset`] = reset;
    }
    return headers;
  }

  #endMs(): number {
    return (Math.floor(this.#now() / MINUTE_MS) + 1) * MINUTE_MS;
  }

  #usedBy(model: string): Used {
    const minute = Math.floor(this.#now() / MINUTE_MS);
    if (minute !== this.#minute) this.#used.clear();
    this.#minute = minute;
    const used = this.#used.get(model) ?? { requests: 0, inputTokens: 0, outputTokens: 0 };
    this.#used.set(model, used);
    return used;
  }
}
