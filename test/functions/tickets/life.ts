import type { VirtualClock } from '#test/virtual-clock.ts';

/** How a process comes to grief: at its nth call to anything outside of it. */
export type Fate = {
  readonly at: number;
  /** It dies before, or after, the call is carried out; or it is frozen for a while, and goes on as if nothing were. */
  readonly how: 'before' | 'after' | 'frozen';
  /** Milliseconds. */
  readonly frozenMs?: number;
};

/** What is not counted as a call: the heartbeat makes these whenever it likes. */
const UNCOUNTED: ReadonlySet<string> = new Set(['clock', 'jobs']);

/** The process of one invocation. Once dead it hangs for ever, and nothing of it is carried out any more. */
export class Life {
  readonly #fate: Fate | undefined;
  readonly #clock: VirtualClock;
  readonly #never = new Promise<never>(() => undefined);
  readonly #death = Promise.withResolvers<void>();
  #calls = 0;
  #frozenUntil = 0;
  isDead = false;

  constructor(clock: VirtualClock, fate?: Fate) {
    this.#clock = clock;
    this.#fate = fate;
  }

  /** Resolves when it dies. */
  get died(): Promise<void> {
    return this.#death.promise;
  }

  get wasFrozen(): boolean {
    return this.#frozenUntil > 0;
  }

  /** Wraps something outside of the process: every call to it may be the last. */
  gate<T extends object>(system: string, target: T): T {
    return new Proxy(target, {
      get: (object, property) => {
        const method: unknown = Reflect.get(object, property);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => this.#call(system, () => Reflect.apply(method, object, args));
      },
    });
  }

  async #call(system: string, method: () => unknown): Promise<unknown> {
    if (this.isDead) return this.#never;
    const fate = UNCOUNTED.has(system) ? undefined : this.#next();
    if (fate?.how === 'before') return this.#die();
    if (fate?.how === 'frozen') this.#frozenUntil = this.#clock.now() + (fate.frozenMs ?? 0);
    const frozenMs = this.#frozenUntil - this.#clock.now();
    if (frozenMs > 0) await this.#clock.sleep(frozenMs);
    const result: unknown = await method();
    if (fate?.how === 'after') return this.#die();
    return this.isDead ? this.#never : result;
  }

  #next(): Fate | undefined {
    this.#calls += 1;
    return this.#calls === this.#fate?.at ? this.#fate : undefined;
  }

  #die(): Promise<never> {
    this.isDead = true;
    this.#death.resolve();
    return this.#never;
  }
}
