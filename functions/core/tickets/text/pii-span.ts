/** What is replaced, by what it is. */
export const PiiKind = {
  email: 'email',
  phone: 'phone',
  card: 'card',
  iban: 'iban',
  ip: 'ip',
  token: 'token',
  /** Query, fragment or credentials of a URL. */
  query: 'query',
} as const;
export type PiiKind = (typeof PiiKind)[keyof typeof PiiKind];

/** A place in a text that holds personal data. Equal keys are the same value, however it is written. */
export type PiiSpan = {
  readonly kind: PiiKind;
  readonly start: number;
  readonly end: number;
  readonly key: string;
};

/** Finds spans of one kind, from the beginning of the text, none overlapping another. */
export type Detector = (text: string) => PiiSpan[];

/** The spans in the order of the text; of those that overlap, the one that begins first, and is the longest. */
export function withoutOverlaps(spans: readonly PiiSpan[]): PiiSpan[] {
  let end = 0;
  return spans
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((span) => {
      if (span.start < end || span.end <= span.start) return false;
      end = span.end;
      return true;
    });
}
