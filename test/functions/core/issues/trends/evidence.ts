import type { BurstAlert, EvidenceTicket } from '#core/issues/trends/burst-alert.ts';
import { type Series, seriesOf } from '#core/issues/trends/hour-counts.ts';
import type { TextVector } from '#core/issues/trends/text-vector.ts';

/** A vector of some features that weigh the same, of length 1. */
export function vectorOf(...features: number[]): TextVector {
  return { indices: features, values: features.map(() => 1 / Math.sqrt(features.length)) };
}

/** A vector that has a feature for each word. */
function vectorOfWords(text: string): TextVector {
  const words = [...new Set(text.toLowerCase().match(/\p{L}+/gu) ?? [])];
  return vectorOf(
    ...words.map((word) => [...word].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 1e6, 7)),
  );
}

export function evidenceTicket(id: string, text: string, over: Partial<EvidenceTicket> = {}): EvidenceTicket {
  return { id, requester: `u-${id}`, issueId: null, text, vector: vectorOfWords(text), ...over };
}

/** An alert of a series, with a ticket for each of its texts. */
export function alertOf(
  key: string,
  tickets: readonly EvidenceTicket[],
  over: Partial<BurstAlert> = {},
): BurstAlert {
  const series: Series = seriesOf(key);
  return {
    series,
    hour: 1_000,
    windowHours: 3,
    observed: tickets.length,
    expected: 0.1,
    p: 1e-6,
    tickets,
    ...over,
  };
}
