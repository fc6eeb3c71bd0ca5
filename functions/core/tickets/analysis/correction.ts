import type { Analysis, Severity, TicketKind } from './analysis.ts';

/** What an operator knows better than the model. It is kept over a re-analysis. */
export type Correction = {
  readonly kind?: TicketKind | undefined;
  readonly severity?: Severity | undefined;
  readonly product_area?: string | undefined;
};

/** The analysis as it is shown: with the operator's values where there are any. */
export function corrected(analysis: Analysis, correction: Correction): Analysis {
  return {
    ...analysis,
    kind: correction.kind ?? analysis.kind,
    severity: correction.severity ?? analysis.severity,
    product_area: correction.product_area ?? analysis.product_area,
  };
}
