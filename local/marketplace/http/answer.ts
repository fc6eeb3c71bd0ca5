/** Answers before they are sent, while faults may still change them. */

/** A page of the listing, not yet put together: totals may still be lied about. */
type PageBody = {
  readonly records: readonly Buffer[];
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly totalPages: number;
};

/** An answer. Without `page` and `body` it has no content. */
export type WireAnswer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** JSON text, unless the headers say otherwise. */
  readonly body?: string | Buffer;
  readonly page?: PageBody;
};

const COMMA = Buffer.from(',');

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers?: Record<string, string>): WireAnswer {
  return { status, body: JSON.stringify(value), headers };
}

/** A JSON failure with a code and a sentence. */
export function errorAnswer(
  status: number,
  error: string,
  message: string,
  headers?: Record<string, string>,
): WireAnswer {
  return jsonAnswer(status, { error, message }, headers);
}

/** The 429 of limits and faults. The HTTP date is reckoned from the server's clock. */
export function rateLimitedAnswer(waitMs: number, nowMs: number, form: 'seconds' | 'http_date'): WireAnswer {
  const seconds = Math.ceil(waitMs / 1000);
  const retryAfter = form === 'seconds' ? String(seconds) : new Date(nowMs + seconds * 1000).toUTCString();
  return errorAnswer(429, 'rate_limited', `Too many requests; try again after ${seconds} s.`, {
    'retry-after': retryAfter,
  });
}

/** The bytes of an answer's content. */
export function contentOf(answer: WireAnswer): Buffer {
  if (answer.page) return pageContent(answer.page);
  return Buffer.from(answer.body ?? '');
}

function pageContent(page: PageBody): Buffer {
  const parts: Buffer[] = [Buffer.from('{"skills":[')];
  for (const [index, record] of page.records.entries()) {
    if (index > 0) parts.push(COMMA);
    parts.push(record);
  }
  const { pageSize, total, totalPages } = page;
  parts.push(
    Buffer.from(
      `],"page":${page.page},"page_size":${pageSize},"total":${total},"total_pages":${totalPages}}`,
    ),
  );
  return Buffer.concat(parts);
}
