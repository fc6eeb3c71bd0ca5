import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { vi } from 'vitest';
import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import { createCounter, createHighUseMetric } from '#adapters/cloudwatch/counter.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { publishIncidents } from '#adapters/cloudwatch/issue-metrics.ts';
import { publishFailedUploads } from '#adapters/cloudwatch/rating-metrics.ts';
import { publishFailedRotation } from '#adapters/cloudwatch/rotation-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { publishTicketSync } from '#adapters/cloudwatch/ticket-metrics.ts';
import { publishTokenEnd } from '#adapters/cloudwatch/token-metrics.ts';
import { createThrottleMetric } from '#adapters/dynamodb/table/count-throttles.ts';
import { FEW_SKILLS } from '#core/alarm-thresholds.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { AlarmedEvent } from '#functions/admin-api/ports.ts';
import type { EnvVars } from '#functions/token-rotation/config.ts';
import type { Service } from '#lib/constructs/monitoring/emitted-metrics.ts';

export const NAMESPACE = 'AtomSync/atom-sync';

/** The metrics of a function, as its handler makes them: the namespace is from the environment there. */
export function metricsOfService(serviceName: Service): Metrics {
  return new Metrics({ serviceName, namespace: NAMESPACE });
}

export const RUN: Run = {
  runId: '01KHXW4QJ0ZZZZZZZZZZZZZZZZ',
  job: 'skill-sync-atom-saas',
  status: 'success',
  trigger: 'schedule',
  startedAt: Date.parse('2026-02-19T10:30:00Z'),
  endedAt: Date.parse('2026-02-19T10:30:04.250Z'),
  progress: { done: 5000, total: 5000, unit: 'skills' },
  counts: { skills_synced: 5000, added: 3 },
  invocations: 1,
  fence: 1,
};

/** What the rotation's handler reads when it is loaded. */
export const ROTATION_ENVIRONMENT: EnvVars & Record<string, string> = {
  TABLE_NAME: 'table',
  TOKEN_SECRET_ID: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:token',
  ATOM_INSTANCE_ID: 'atom-sync',
  ATOM_SAAS_API_URL: 'https://api.atomsaas.com',
  ATOM_SAAS_API_TIMEOUT_SECONDS: '30',
  ATOM_SYNC_TOKEN_ROTATION_DAYS: '30',
  POWERTOOLS_METRICS_NAMESPACE: NAMESPACE,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  AWS_REGION: 'us-east-1',
};

export const FIGURES = {
  connected: true,
  disabled: false,
  reconnects: 1,
  conflictsDetected: 2,
};

/** A failed run of the code. */
export function failedRun(code: string, job = RUN.job): Run {
  return { ...RUN, job, status: 'failed', error: { code, message: 'It failed.', retryable: true } };
}

/** Everything that a service can say, said once by the code that says it. */
export const EMITTERS: Record<Service, (metrics: Metrics) => void> = {
  'skill-sync': (metrics) => {
    publishRun(metrics, { ...RUN, counts: { conflicts_detected: 2 } }, { skillsCount: FEW_SKILLS - 1 });
    for (const code of ['marketplace_unavailable', 'mass_removal_refused']) {
      publishRun(metrics, failedRun(code));
    }
    publishTokenEnd(metrics, { endsAt: RUN.startedAt + 1 }, RUN.startedAt);
  },
  'rating-sync': (metrics) => {
    publishRun(metrics, { ...RUN, job: JobId.ratingSync });
    publishRun(metrics, failedRun('internal_error', JobId.ratingSync));
    publishFailedUploads(metrics, 1);
  },
  'cache-cleanup': (metrics) => {
    publishRun(metrics, { ...RUN, job: JobId.cacheCleanup });
    publishRun(metrics, failedRun('storage_unavailable', JobId.cacheCleanup));
  },
  // What it has to say is in its log.
  'rating-upload': () => undefined,
  'token-rotation': (metrics) => publishFailedRotation(metrics),
  'ticket-sync': (metrics) => {
    publishRun(metrics, failedRun('zendesk_unavailable', JobId.ticketSync));
    publishTicketSync(metrics, { complete: true, cursorAgeMs: 0, ageBeforeMs: 7 * 24 * 3_600_000 });
  },
  'ticket-analysis': (metrics) => {
    const notes = [
      { stage: 'analyse', code: 'budget_exhausted', message: 'It is used up.', at: RUN.startedAt },
    ];
    publishAnalyses(metrics, { ...RUN, counts: { analysed: 9, failed: 1 }, notes });
  },
  'ticket-issues': (metrics) => publishIncidents(metrics, 1),
  'realtime-feed': (metrics) => publishFeed(metrics, { ...FIGURES, disabled: true }),
  'admin-api': (metrics) => {
    for (const what of Object.values(AlarmedEvent)) createCounter(metrics)(what);
  },
  any: () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', NAMESPACE);
    createThrottleMetric()();
    createHighUseMetric()(85);
    vi.unstubAllEnvs();
  },
};

const FUNCTIONS = join(import.meta.dirname, '../../functions');

/** The composition roots: where a function makes its `Metrics`, or has it made by `openFunction`. */
export function compositionRoots(): { readonly service: string; readonly text: string }[] {
  return readdirSync(FUNCTIONS).flatMap((service) =>
    ['handler.ts', 'main.ts']
      .map((file) => join(FUNCTIONS, service, file))
      .filter((path) => existsSync(path))
      .map((path) => ({ service, text: readFileSync(path, 'utf8') }))
      .filter(({ text }) => /new Metrics\(|openFunction\(/.test(text)),
  );
}
