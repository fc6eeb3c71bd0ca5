import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import type { IssueEvent } from '#core/issues/issue.ts';
import type { IncidentFilter } from '#core/issues/issue-records.ts';
import type { Incident } from '#core/issues/trends/incident.ts';

/** The names of the lists, as their cursors are sealed with them. */
export const EVENT_LIST = 'issue events';
export const INCIDENT_LIST = 'incidents';

/** How long after its end an incident is among the recent ones. */
const RECENT_MS = 2 * 86_400_000;
const TIME_DIGITS = 15;
const MAX_POSITION_LENGTH = 900;

/** Where an event is in the list of its issue: text in the order of time, unique to the event. */
export function eventOrder({ at, id }: Pick<IssueEvent, 'at' | 'id'>): string {
  return `${String(Math.max(0, Math.floor(at))).padStart(TIME_DIGITS, '0')}#${id}`;
}

/** The id in such an order. */
export function eventIdIn(order: string): string {
  return order.slice(TIME_DIGITS + 1);
}

/** The position right after an event. */
export function eventPosition(event: IssueEvent): readonly [string] {
  return [eventOrder(event)];
}

/** @throws InvalidCursorError */
export function readEventPosition(position: Position): string {
  return onlyPart(position);
}

/** The position right after an incident: ids are in the order of opening. */
export function incidentPosition({ id }: Incident): readonly [string] {
  return [id];
}

/** @throws InvalidCursorError */
export function readIncidentPosition(position: Position): string {
  return onlyPart(position);
}

/** Whether an incident is open, or closed lately enough for an hour to be tested again. */
export function isRecent({ closedAt }: Incident, now: number): boolean {
  return closedAt === null || closedAt > now - RECENT_MS;
}

/** Whether an incident belongs into a list with this filter. */
export function isListed(
  { closedAt, isRetrospective }: Incident,
  { state, retrospective = true }: IncidentFilter,
): boolean {
  const isOfState = state === undefined || (closedAt === null) === (state === 'open');
  return isOfState && (retrospective || !isRetrospective);
}

function onlyPart([part, ...rest]: Position): string {
  if (!part || part.length > MAX_POSITION_LENGTH || rest.length > 0) throw invalid();
  return part;
}
