import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { ScheduleExpressionError } from '#local/errors.ts';
import type { AccessKey } from '#local/guard/aws-signature.ts';
import {
  type LoopbackServer,
  readBody,
  sendJson,
  startLoopbackServer,
} from '#local/guard/loopback-server.ts';
import type { StoredSchedule } from './schedule-book.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';
import type { Scheduler } from './scheduler.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const DEFAULT_PAGE_SIZE = 100;

/** What CreateSchedule and UpdateSchedule take; as in AWS, a field that is not given falls back to its default, not to its old value. */
const scheduleSchema = z.object({
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.looseObject({ Mode: z.string() }),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string(), Input: z.string().optional() }),
  StartDate: z.undefined().optional(),
  EndDate: z.undefined().optional(),
  /** Makes a repeated call the same one in AWS; here each call is carried out. */
  ClientToken: z.string().optional(),
});

/** What the endpoint reads and changes, and who may call it. */
export type SchedulerEndpointOptions = {
  readonly scheduler: Scheduler;
  /** Whether a schedule may have this target. */
  readonly isTarget: (arn: string) => boolean;
  /** Who may call; everybody where it is absent. */
  readonly accessKey?: AccessKey;
};

/** Starts a stand-in for the EventBridge Scheduler API: schedules are listed, read, made, changed and deleted. */
export function startSchedulerEndpoint(options: SchedulerEndpointOptions): Promise<LoopbackServer> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, name] = /^\/schedules\/([^/]+)$/.exec(url.pathname) ?? [];
    const operation = `${request.method} ${name === undefined ? url.pathname : '/schedules/{name}'}`;
    switch (operation) {
      case 'GET /schedules':
        listSchedules(options, url, response);
        return;
      case 'GET /schedules/{name}':
        getSchedule(options, addressOf(url, name), response);
        return;
      case 'PUT /schedules/{name}':
        await writeSchedule(options, addressOf(url, name).name, 'update', { request, response });
        return;
      case 'POST /schedules/{name}':
        await writeSchedule(options, addressOf(url, name).name, 'create', { request, response });
        return;
      case 'DELETE /schedules/{name}':
        deleteSchedule(options, addressOf(url, name), response);
        return;
      default:
        sendError(response, 404, 'UnknownOperationException', `${operation} is not known here.`);
    }
  };
  return startLoopbackServer(handle, { guard: { aws: { key: options.accessKey } } });
}

type Address = { readonly group: string; readonly name: string };

function addressOf(url: URL, name = ''): Address {
  return { group: url.searchParams.get('groupName') ?? 'default', name: decodeURIComponent(name) };
}

function deleteSchedule(
  { scheduler }: SchedulerEndpointOptions,
  { group, name }: Address,
  response: ServerResponse,
): void {
  if (scheduler.remove(group, name)) sendJson(response, 200, {});
  else sendNotFound(response, name);
}

function getSchedule(
  { scheduler }: SchedulerEndpointOptions,
  { group, name }: Address,
  response: ServerResponse,
): void {
  const schedule = scheduler.get(group, name);
  if (schedule === undefined) {
    sendNotFound(response, name);
    return;
  }
  sendJson(response, 200, {
    ActionAfterCompletion: 'NONE',
    ...schedule.definition,
    ...facts(scheduler, schedule),
  });
}

function listSchedules({ scheduler }: SchedulerEndpointOptions, url: URL, response: ServerResponse): void {
  const { searchParams } = url;
  const offset = Number(searchParams.get('NextToken') ?? 0);
  const size = Number(searchParams.get('MaxResults') ?? DEFAULT_PAGE_SIZE);
  const [group, prefix, state] = ['ScheduleGroup', 'NamePrefix', 'State'].map((key) => searchParams.get(key));
  const found = scheduler
    .list()
    .filter(({ definition }) => (group ?? definition.GroupName) === definition.GroupName)
    .filter(({ definition }) => definition.Name.startsWith(prefix ?? ''))
    .filter(({ definition }) => (state ?? definition.State) === definition.State)
    .sort((a, b) => (a.definition.Name < b.definition.Name ? -1 : 1));
  sendJson(response, 200, {
    Schedules: found.slice(offset, offset + size).map((schedule) => ({
      Name: schedule.definition.Name,
      GroupName: schedule.definition.GroupName,
      State: schedule.definition.State,
      Target: { Arn: schedule.definition.Target.Arn },
      ...facts(scheduler, schedule),
    })),
    NextToken: offset + size < found.length ? String(offset + size) : undefined,
  });
}

/** What a call came with, and where its answer goes. */
type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

async function writeSchedule(
  { scheduler, isTarget }: SchedulerEndpointOptions,
  name: string,
  operation: 'create' | 'update',
  { request, response }: Exchange,
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  const parsed = scheduleSchema.safeParse(inputIn(body.toString('utf8')));
  if (!parsed.success) {
    sendError(response, 400, 'ValidationException', z.prettifyError(parsed.error));
    return;
  }
  const { StartDate: _start, EndDate: _end, ClientToken: _token, ...given } = parsed.data;
  const definition: ScheduleDefinition = { Name: name, ...given };
  const exists = scheduler.get(definition.GroupName, name) !== undefined;
  if (exists && operation === 'create') {
    sendError(response, 409, 'ConflictException', `Schedule ${name} already exists.`);
    return;
  }
  if (!exists && operation === 'update') {
    sendNotFound(response, name);
    return;
  }
  if (!isTarget(definition.Target.Arn)) {
    sendError(
      response,
      400,
      'ValidationException',
      `Provided Arn is not in correct format: ${definition.Target.Arn}`,
    );
    return;
  }
  try {
    scheduler[operation](definition);
    sendJson(response, 200, { ScheduleArn: scheduler.arn(definition) });
  } catch (error) {
    if (!(error instanceof ScheduleExpressionError)) throw error;
    sendError(response, 400, 'ValidationException', error.message);
  }
}

function facts(scheduler: Scheduler, schedule: StoredSchedule) {
  return {
    Arn: scheduler.arn(schedule.definition),
    CreationDate: schedule.createdAt.getTime() / 1000,
    LastModificationDate: schedule.modifiedAt.getTime() / 1000,
  };
}

function inputIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendNotFound(response: ServerResponse, name: string): void {
  sendError(response, 404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  const headers = { 'x-amzn-errortype': type, 'x-amzn-requestid': randomUUID() };
  sendJson(response, status, { Message: message }, headers);
}
