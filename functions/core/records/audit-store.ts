import type { Page } from '#core/page.ts';

/** One change that someone made, or tried to make, through the API. */
export type AuditRecord = {
  /** A ULID: sorts by time. */
  readonly id: string;
  readonly at: number;
  readonly subject: string;
  readonly level: string;
  /** `POST /api/admin/sync/skills`: the route, not the address. */
  readonly action: string;
  /** What the address and the body named, without secrets and cut to a few KB. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly error?: string;
  readonly correlationId: string;
};

/** Kept for 90 days. */
export type AuditStore = {
  append(record: AuditRecord): Promise<void>;
  /** Newest first. @throws InvalidCursorError */
  list(limit: number, cursor: string | undefined, now: number): Promise<Page<AuditRecord>>;
};
