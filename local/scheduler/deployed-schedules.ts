import { z } from 'zod';
import { type DeploymentSource, parseProperties, resourcesOf } from '#local/template/deployment.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';

const scheduleSchema = z.object({
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.looseObject({ Mode: z.string() }),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string(), Input: z.string().optional() }),
});

/** The schedules of the template. */
export function readSchedules(source: DeploymentSource): ScheduleDefinition[] {
  return [...resourcesOf(source, 'AWS::Scheduler::Schedule')].map(({ id, properties }) => ({
    Name: source.names.name(id),
    ...parseProperties(scheduleSchema, id, properties),
  }));
}
