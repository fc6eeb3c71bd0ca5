import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { BundledFunction } from '#lib/constructs/bundled-function.ts';
import type { FeedTask } from '#lib/constructs/monitoring/cost-metrics.ts';
import { Monitoring } from '#lib/constructs/monitoring/monitoring.ts';
import { SyncTable } from '#lib/constructs/sync-table.ts';
import { Tickets } from '#lib/constructs/tickets/tickets.ts';
import { UploadQueues } from '#lib/constructs/upload-queues.ts';
import { loadSettings, type RawSettings } from '#lib/settings/settings.ts';
import { hasTickets } from '#lib/settings/ticket-settings.ts';
import { featureFlags } from '#lib/synthesize.ts';
import { inlineCode } from '#test/lib/test-stack.ts';

export const FUNCTIONS = [
  'skill-sync',
  'rating-sync',
  'cache-cleanup',
  'rating-upload',
  'token-rotation',
  'admin-api',
] as const;

/** The settings of a stack that has the support tickets, webhook and all, beside everything else. */
export const WITH_TICKETS = {
  ZENDESK_SUBDOMAIN: 'acme',
  TICKET_WEBHOOK_URL: 'https://hooks.example.com/atom',
} as const;

/** The setting that there is a dashboard. */
export const WITH_DASHBOARD = { ATOM_SYNC_DASHBOARD: 'true' } as const;

const FEED = { vcpu: 0.25, memoryGb: 0.5, isArm: true, isSpot: true };

/** A stack in which every service is there to be watched, whatever the real one has of them. */
export function watchedStack(
  env: RawSettings = {},
  {
    names = FUNCTIONS,
    feed = FEED,
  }: { names?: readonly string[]; feed?: Omit<FeedTask, 'logGroup'> | null } = {},
) {
  const settings = loadSettings(env, { dotenv: false });
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: featureFlags(),
  });
  const stack = new Stack(app, 'Watched', { stackName: settings.ATOM_SYNC_STACK_NAME });
  const group = new ScheduleGroup(stack, 'Schedules');
  const functions = names.map((name) => watchedFunction(stack, name));
  const table = new SyncTable(stack, 'SyncTable', { tickets: hasTickets(settings) });
  const shared = { settings, table, scheduleGroup: group, codeFor: inlineCode };
  const tickets = Tickets.whereConfigured(stack, shared);
  const monitoring = new Monitoring(stack, 'Monitoring', {
    settings,
    table,
    queues: new UploadQueues(stack, 'UploadQueues'),
    api: new HttpApi(stack, 'Api'),
    functions: [...functions, ...(tickets?.functions ?? [])],
    feed: feed ? { ...feed, logGroup: new LogGroup(stack, 'FeedLogs') } : undefined,
    tickets,
  });
  return { app, stack, monitoring, template: Template.fromStack(stack) };
}

function watchedFunction(stack: Stack, name: string): BundledFunction {
  return new BundledFunction(stack, name, {
    name,
    description: name,
    settings: loadSettings({}, { dotenv: false }),
    timeout: Duration.minutes(1),
    memorySizeMb: 256,
    maxEventAge: name === 'admin-api' ? undefined : Duration.hours(1),
    environment: {},
    codeFor: inlineCode,
  });
}
