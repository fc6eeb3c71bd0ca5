const HOUR_MS = 3_600_000;

/** How long a generation can still be read after the next one: whoever pages through its issues comes to the end. */
export const GENERATION_KEPT_MS = 24 * HOUR_MS;
/** Blobs stay a little longer than the last generation that names them: what can be read is whole. */
export const BLOB_KEPT_MS = GENERATION_KEPT_MS + HOUR_MS;
/** A blob this old that no generation names was left by a writer that died: no run lasts so long. */
export const BLOB_LEFT_MS = HOUR_MS;
