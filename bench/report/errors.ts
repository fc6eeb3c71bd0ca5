/** Base of the errors of the benchmarks; `code` is literal so that callers branch on it. */
class BenchError extends Error {
  override readonly name: string = 'BenchError';
  readonly code: string = 'bench_error';
}

/** An option of the command line that can't be used; the message names it, its value and its range. */
export class BenchOptionError extends BenchError {
  override readonly name = 'BenchOptionError';
  override readonly code = 'bench_option_invalid';
}

/** A benchmark did not do what it is to measure, so that its numbers would mean nothing. */
export class MeasurementError extends BenchError {
  override readonly name = 'MeasurementError';
  override readonly code = 'measurement_failed';
}
