import { LeaseLostError } from '#core/errors.ts';
import type { AnalysisBatch, AnalysisBatches } from '#core/tickets/analysis-batch.ts';

/** The batches by id, each with the fence that it was written under. */
export type MemoryAnalysisBatches = {
  readonly analysisBatches: Map<string, { readonly batch: AnalysisBatch; readonly fence: number }>;
};

/** The in-memory fake of `createAnalysisBatches`. */
export function createMemoryAnalysisBatches({ analysisBatches }: MemoryAnalysisBatches): AnalysisBatches {
  return {
    async put(batch, fence) {
      const stored = analysisBatches.get(batch.id);
      if (stored && stored.fence > fence)
        throw new LeaseLostError(`A later run has written the batch ${batch.id}.`);
      analysisBatches.set(batch.id, { batch, fence });
    },
    get: async (id) => analysisBatches.get(id)?.batch,
    open: async () =>
      [...analysisBatches.values()]
        .map(({ batch }) => batch)
        .filter(({ status }) => status === 'intent' || status === 'submitted')
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
