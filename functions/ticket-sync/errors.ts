import { AtomSyncError } from '#core/errors.ts';

/** The copy belongs to another account than the settings name. */
export class SubdomainChangedError extends AtomSyncError {
  override readonly name = 'SubdomainChangedError';
  readonly code = 'subdomain_changed';
  readonly retryable = false;
  constructor(copied: string, wanted: string) {
    super(
      `The copy holds the tickets of the Zendesk account "${copied}", and the settings name "${wanted}". Set ZENDESK_SUBDOMAIN back, or begin anew with: POST /api/tickets/reset {"confirm": "${copied}"}.`,
    );
  }
}

/** The export gave the same cursor again and again: it would go round for ever. */
export class RepeatedCursorError extends AtomSyncError {
  override readonly name = 'RepeatedCursorError';
  readonly code = 'zendesk_repeated_cursor';
  readonly retryable = true;
  constructor() {
    super(
      'Zendesk gave a cursor a second time that had led nowhere, although it says that there is more. What had come in is kept; the next run tries again there.',
    );
  }
}

/** A cursor that was given by this very run is refused as well. */
export class CursorRefusedError extends AtomSyncError {
  override readonly name = 'CursorRefusedError';
  readonly code = 'zendesk_cursor_refused';
  readonly retryable = true;
  constructor(status: number) {
    super(`Zendesk refuses its own cursors (${status}), also after the export had begun anew at a time.`);
  }
}

/** So many tickets could not be taken that the list of those to try again is full: going on would lose some. */
export class TooManyFailedError extends AtomSyncError {
  override readonly name = 'TooManyFailedError';
  readonly code = 'too_many_failed_tickets';
  readonly retryable = true;
  constructor(count: number, first: string) {
    super(
      `${count} tickets could not be taken, so the export stops here rather than lose one. The first of them: ${first}`,
    );
  }
}
