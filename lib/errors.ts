/** Base of the errors of a synthesis; `code` is literal so that callers branch on it. */
class SynthesisError extends Error {
  override readonly name: string = 'SynthesisError';
  readonly code: string = 'synthesis_failed';
}

/** esbuild ended well and wrote nothing. */
export class BundleError extends SynthesisError {
  override readonly name = 'BundleError';
  override readonly code = 'bundle_failed';
  constructor(module: string) {
    super(`esbuild made no ${module}`);
  }
}

/** Something reads a metric from a service that never sends it, and would read nothing for ever. */
export class MetricNotEmittedError extends SynthesisError {
  override readonly name = 'MetricNotEmittedError';
  override readonly code = 'metric_not_emitted';
  constructor(service: string, metricName: string) {
    super(`${service} does not emit ${metricName}.`);
  }
}
