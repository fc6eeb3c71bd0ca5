import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import { createCounter } from '#adapters/cloudwatch/counter.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { publishIssues } from '#adapters/cloudwatch/issue-metrics.ts';
import { publishUploads, publishWaiting } from '#adapters/cloudwatch/rating-metrics.ts';
import { publishRotation } from '#adapters/cloudwatch/rotation-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { publishTicketSync } from '#adapters/cloudwatch/ticket-metrics.ts';
import type { Run } from '#core/runs/run.ts';
import { AlarmedEvent } from '#functions/admin-api/ports.ts';
import type { EnvVars } from '#functions/token-rotation/config.ts';
import { JOBS_OF, type Service } from '#lib/constructs/monitoring/custom-metrics.ts';

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

const CONFLICTS = { conflicts_detected: 2, conflicts_resolved: 1, conflicts_unresolved: 1 };

export const FIGURES = {
  connected: true,
  disabled: false,
  reconnects: 1,
  messages: 9,
  rejected: 1,
  conflictsDetected: 2,
  conflictsResolved: 1,
  latenciesMs: [12, 250],
};

/** A failed run of the code. */
export function failedRun(code: string, job = RUN.job): Run {
  return { ...RUN, job, status: 'failed', error: { code, message: 'It failed.', retryable: true } };
}

/** Everything that a service can say, said once by the code that says it. */
export const EMITTERS: Record<Service, (metrics: Metrics) => void> = {
  'skill-sync': (metrics) => {
    publishRun(metrics, { ...RUN, counts: CONFLICTS }, { skillsCount: 5000, categoriesCount: 12 });
    publishRun(metrics, failedRun('marketplace_unavailable'));
    publishRun(metrics, failedRun('mass_removal_refused'));
  },
  'rating-sync': (metrics) => {
    const run = { ...RUN, job: JOBS_OF['rating-sync'][0] };
    publishRun(metrics, run);
    publishWaiting(metrics, run.job, { pending: 4, failed: 1 });
    publishRun(metrics, failedRun('marketplace_unavailable', run.job));
  },
  'cache-cleanup': (metrics) => {
    publishRun(metrics, { ...RUN, job: JOBS_OF['cache-cleanup'][0] });
    publishRun(metrics, failedRun('storage_unavailable', JOBS_OF['cache-cleanup'][0]));
  },
  'rating-upload': (metrics) => publishUploads(metrics, { uploaded: 9, failed: 1 }),
  'token-rotation': (metrics) => {
    publishRotation(metrics, 'succeeded');
    publishRotation(metrics, 'failed');
  },
  'ticket-sync': (metrics) => {
    for (const job of JOBS_OF['ticket-sync']) {
      publishRun(metrics, { ...RUN, job });
      publishRun(metrics, failedRun('zendesk_unavailable', job));
    }
    publishTicketSync(metrics, { complete: true, cursorAgeMs: 0 });
  },
  'ticket-analysis': (metrics) => {
    for (const job of JOBS_OF['ticket-analysis']) {
      publishRun(metrics, { ...RUN, job });
      publishRun(metrics, failedRun('claude_auth', job));
    }
    const notes = [
      { stage: 'analyse', code: 'budget_exhausted', message: 'It is used up.', at: RUN.startedAt },
    ];
    publishAnalyses(metrics, { ...RUN, counts: { analysed: 9, failed: 1 }, notes });
  },
  'ticket-issues': (metrics) => {
    for (const job of JOBS_OF['ticket-issues']) {
      publishRun(metrics, { ...RUN, job });
      publishRun(metrics, failedRun('storage_unavailable', job));
    }
    publishIssues(metrics, { incidentsOpen: 1, issuesOpen: 12 });
  },
  'realtime-feed': (metrics) => publishFeed(metrics, { ...FIGURES, disabled: true }),
  'admin-api': (metrics) => {
    for (const what of Object.values(AlarmedEvent)) createCounter(metrics)(what);
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
