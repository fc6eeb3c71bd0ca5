import type { Log } from '#core/log.ts';
import type { AuditRecord, AuditStore } from '#core/records/audit-store.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { Now, Random } from '#core/time/clock.ts';
import type { Caller } from '#functions/admin-api/http/governance.ts';
import type { Route } from '#functions/admin-api/http/route.ts';
import { AlarmedEvent } from '#functions/admin-api/ports.ts';
import { auditParameters, type RequestParts } from './audit-parameters.ts';

/** Attempts without a valid token that one container records in a minute; the others are only counted. */
const ANONYMOUS_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
const MAX_SUBJECT = 1_000;

export type AuditDeps = {
  readonly audit: Pick<AuditStore, 'append'>;
  readonly now: Now;
  readonly random: Random;
  readonly log: Log;
  readonly count: (what: AlarmedEvent) => void;
};

/** A request for a route, with what came of it. */
type Attempt = RequestParts & {
  readonly route: Route;
  readonly at: number;
  readonly caller: Caller | undefined;
  readonly status: number;
  readonly error: string | undefined;
  readonly correlationId: string;
};

/** What is known of a change before its work begins. */
type ChangeStart = Pick<Attempt, 'route' | 'caller' | 'correlationId'>;

export type Audit = {
  /**
   * Leaves a line in the log before the work of a change begins: who asks for what, without payload. It is the trace
   * of a change whose function was killed before the record could be written.
   */
  begin(change: ChangeStart): void;
  /** Records an attempt when it is one to change something. Never rejects. */
  record(attempt: Attempt): Promise<void>;
};

/**
 * Makes the audit of the whole route table: each attempt to change something leaves a record, whether it was
 * done, refused or failed.
 *
 * It fails open. The change is made by then, so that refusing the answer would only hide it; and what can't be
 * recorded is logged as an error, whole, so that the log has it in the record's stead (see decision 6).
 *
 * Those without a valid token are recorded up to ten a minute: nobody may fill the table from outside.
 */
export function createAudit({ audit, now, random, log, count }: AuditDeps): Audit {
  const admitAnonymous = createAnonymousLimit(now, log);
  return {
    begin({ route, caller, correlationId }) {
      if (!isChange(route)) return;
      log.info('change begins', {
        correlation_id: correlationId,
        method: route.method,
        route: route.path,
        subject: subjectOf(caller),
        caller_level: levelOf(caller),
      });
    },
    async record(attempt) {
      if (!isChange(attempt.route)) return;
      if (attempt.caller === undefined && !admitAnonymous()) return;
      let record: AuditRecord | undefined;
      try {
        record = toRecord(attempt, newRunId(attempt.at, random));
        await audit.append(record);
      } catch (error) {
        log.error('a change could not be recorded', {
          correlation_id: attempt.correlationId,
          audit_record: record,
          error,
        });
        count(AlarmedEvent.auditLost);
      }
    },
  };
}

function isChange(route: Route): boolean {
  return route.method !== 'GET';
}

function toRecord(attempt: Attempt, id: string): AuditRecord {
  const { route, at, caller, status, error, correlationId } = attempt;
  return {
    id,
    at,
    subject: subjectOf(caller),
    level: levelOf(caller),
    action: `${route.method} ${route.path}`,
    // Nothing but the address of those whom nobody knows: a body would be their way to fill the table.
    parameters: auditParameters(caller ? attempt : { path: attempt.path, query: [], body: undefined }),
    status,
    ...(error === undefined ? {} : { error }),
    correlationId,
  };
}

/** An issuer's text: well-formed, so that the table takes it, and no longer than a name can be. */
function subjectOf(caller: Caller | undefined): string {
  return caller ? caller.subject.slice(0, MAX_SUBJECT).toWellFormed() : 'anonymous';
}

function levelOf(caller: Caller | undefined): string {
  return caller?.level ?? 'none';
}

/** Admits so many a minute. How many were not is logged with the first of a later minute. */
function createAnonymousLimit(now: Now, log: Log): () => boolean {
  let minute = 0;
  let count = 0;
  return () => {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) {
      if (count > ANONYMOUS_PER_MINUTE) {
        log.warn('attempts without a valid token were not recorded', { count: count - ANONYMOUS_PER_MINUTE });
      }
      minute = current;
      count = 0;
    }
    count += 1;
    return count <= ANONYMOUS_PER_MINUTE;
  };
}
