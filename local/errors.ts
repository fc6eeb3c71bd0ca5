/** Base of every error that stops `npm start` with one sentence; `code` is literal so that callers branch on it. */
export class LocalError extends Error {
  override readonly name: string = 'LocalError';
  readonly code: string = 'local_error';
}

/** The command line says what `npm start` does not know. */
export class ArgumentsError extends LocalError {
  override readonly name = 'ArgumentsError';
  override readonly code = 'bad_arguments';
}

/** Another start holds the data directory. */
export class DataDirectoryInUseError extends LocalError {
  override readonly name = 'DataDirectoryInUseError';
  override readonly code = 'data_directory_in_use';
  constructor(directory: string, options?: ErrorOptions) {
    super(
      `The data directory ${directory} is in use by another start: stop that one, or choose another DATA_DIR.`,
      options,
    );
  }
}

/** The data directory can't be made, read or written, or holds data of another shape. */
export class DataDirectoryUnusableError extends LocalError {
  override readonly name = 'DataDirectoryUnusableError';
  override readonly code = 'data_directory_unusable';
  constructor(directory: string, reason: string, options?: ErrorOptions) {
    super(`The data directory ${directory} can't be used: ${reason}. Choose another DATA_DIR.`, options);
  }
}

/** A file in the data directory is not what this project writes there. */
export class DataFileDamagedError extends LocalError {
  override readonly name = 'DataFileDamagedError';
  override readonly code = 'data_file_damaged';
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`The file ${path} is damaged (${reason}): put it right, or remove it and start anew.`, options);
  }
}

/** The disk that holds the data directory is full. */
export class DiskFullError extends LocalError {
  override readonly name = 'DiskFullError';
  override readonly code = 'disk_full';
  constructor(path: string, options?: ErrorOptions) {
    super(
      `The disk is full: nothing more can be written to ${path}. Make room there, or choose another DATA_DIR.`,
      options,
    );
  }
}

/** The system allows no more open files. */
export class TooManyOpenFilesError extends LocalError {
  override readonly name = 'TooManyOpenFilesError';
  override readonly code = 'too_many_open_files';
  constructor(options?: ErrorOptions) {
    super(
      'Too many files are open: raise the limit (ulimit -n) or end other programs, and start again.',
      options,
    );
  }
}

/** The port of the API is taken or not allowed. */
export class PortUnavailableError extends LocalError {
  override readonly name = 'PortUnavailableError';
  override readonly code = 'port_unavailable';
  constructor(port: number, reason: string, options?: ErrorOptions) {
    super(`Port ${port} ${reason}: set PORT to another one, or PORT=0 for any that is free.`, options);
  }
}

/** The synthesized template holds something that the local start can't carry out. */
export class TemplateError extends LocalError {
  override readonly name = 'TemplateError';
  override readonly code = 'template_unsupported';
}

/** A schedule's expression is not one that EventBridge Scheduler takes. */
export class ScheduleExpressionError extends LocalError {
  override readonly name = 'ScheduleExpressionError';
  override readonly code = 'schedule_expression_invalid';
}

/** One of the embedded services didn't start or died. */
export class EmbeddedServiceError extends LocalError {
  override readonly name = 'EmbeddedServiceError';
  override readonly code = 'embedded_service_failed';
}

/** There is no function, or no schedule, of the name. Endpoints look a name up before they use it. */
export class UnknownNameError extends LocalError {
  override readonly name = 'UnknownNameError';
  override readonly code = 'unknown_name';
}

/** A request's body is longer than the service takes. */
export class BodyTooLargeError extends LocalError {
  override readonly name = 'BodyTooLargeError';
  override readonly code = 'body_too_large';
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`The request's body is larger than ${limitBytes} bytes.`);
    this.limitBytes = limitBytes;
  }
}

/** The text of anything thrown, for a message to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
