/** The part of autocannon that the benchmark uses; the package brings no types. */
declare module 'autocannon' {
  export type Result = {
    readonly requests: { readonly average: number; readonly total: number };
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly non2xx: number;
    readonly errors: number;
  };
  export type Options = {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Asked in turn, each by its path below the URL. */
    readonly requests?: readonly { readonly path: string }[];
  };
  function autocannon(options: Options): Promise<Result>;
  export = autocannon;
}
