/** Requests and answers without a socket: what the simulator's core takes and gives. */

export type WireRequest = {
  readonly method: string;
  /** Host name and port that were called, e.g. `atom.zendesk.com`. */
  readonly host: string;
  /** The address that answers may name as their own, e.g. `https://atom.zendesk.com`. */
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** '' where there is none; undefined when it was over 1 MB. */
  readonly body: string | undefined;
};

/** How an answer ends: as it should, broken off after a part of its body, with a reset, or never. */
export type AnswerEnd =
  | { readonly kind: 'whole' }
  /** `isClean`: it ends properly, though a part is missing; else the connection is lost. */
  | { readonly kind: 'cut'; readonly share: number; readonly isClean: boolean }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly end: AnswerEnd;
};

/** What a call comes to before it is written out: JSON, which faults may still change, or text. */
export type Draft = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  /** In place of `json`; its content type is HTML unless the headers say otherwise. */
  readonly text?: string;
};
