/** A process that is killed: it hangs for ever from some call on, and nothing of it is carried out any more. */
export type Life = {
  /** Asked of each call that leaves the process: whether the process dies before, or after, it is carried out. */
  readonly dies?: (call: number, name: string) => 'before' | 'after' | undefined;
};

type State = { count: number; isDead: boolean };

/** What is not counted as a call: the heartbeat makes these whenever it likes. */
const UNCOUNTED: ReadonlySet<string> = new Set(['clock', 'jobs']);

/** Wraps whatever leaves the process. `calls` gets the names of the counted calls. */
export function createGate({ dies }: Life, calls: string[]) {
  const state: State = { count: 0, isDead: false };
  const never = new Promise<never>(() => undefined);
  const whenOf = (system: string, name: string) => {
    if (UNCOUNTED.has(system)) return undefined;
    state.count += 1;
    calls.push(name);
    return dies?.(state.count, name);
  };
  const call = async (system: string, name: string, method: () => unknown): Promise<unknown> => {
    if (state.isDead) return never;
    const when = whenOf(system, name);
    state.isDead ||= when === 'before';
    if (state.isDead) return never;
    const result: unknown = await method();
    state.isDead ||= when === 'after';
    return state.isDead ? never : result;
  };
  return <T extends object>(system: string, target: T): T =>
    new Proxy(target, {
      get(object, property) {
        const method: unknown = Reflect.get(object, property);
        if (typeof method !== 'function') return method;
        const name = `${system}.${String(property)}`;
        return (...args: unknown[]) => call(system, name, () => Reflect.apply(method, object, args));
      },
    });
}
