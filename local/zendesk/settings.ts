/** Settings that may be changed while the simulator runs. */

/** Requests a minute; 'off' = as many as one likes. */
export type RateLimit = number | 'off';

/** What a 429 looks like. */
export type RefusalForm = {
  readonly body: 'json' | 'text';
  /** `resets`: when the minute has room again; a number: those seconds; `absent`: the header is missing. */
  readonly retryAfter: 'resets' | 'absent' | number;
};

export type ZendeskSettings = {
  /** All incremental exports of an account together; Zendesk: 10, with its add-on 30. */
  incrementalPerMinute: RateLimit;
  /** All calls of an account together; Zendesk: 200 to 2,500 by plan. */
  accountPerMinute: RateLimit;
  /** Which rate headers are sent: those seen on the wire, the documented form, both, or none. */
  rateHeaders: 'both' | 'seen' | 'documented' | 'none';
  tooMany: RefusalForm;
  /** Changes younger than this are not in the exports yet, seconds. */
  withholdSeconds: number;
  /** Exports that ask for more rows a page answer 504; undefined = never. */
  timeoutAbovePageSize: number | undefined;
  /** The role of whoever calls; exports are for admins. */
  role: 'admin' | 'agent' | 'end-user';
  /** What the body of a 403 is. */
  forbiddenBody: 'json' | 'empty' | 'html';
  /** Delay before every answer, milliseconds. */
  latencyMs: number;
  /** From then on API tokens do not work any more, epoch milliseconds. */
  apiTokensEndAt: number;
};

export const DEFAULT_SETTINGS: ZendeskSettings = {
  incrementalPerMinute: 10,
  accountPerMinute: 700,
  rateHeaders: 'both',
  tooMany: { body: 'json', retryAfter: 'resets' },
  withholdSeconds: 60,
  timeoutAbovePageSize: undefined,
  role: 'admin',
  forbiddenBody: 'json',
  latencyMs: 0,
  apiTokensEndAt: Date.UTC(2027, 3, 30),
};
