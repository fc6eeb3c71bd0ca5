/** A schedule in the words of EventBridge Scheduler's API, which the template shares. */
export type ScheduleDefinition = {
  Name: string;
  GroupName: string;
  Description?: string;
  ScheduleExpression: string;
  /** IANA name. */
  ScheduleExpressionTimezone: string;
  State: 'ENABLED' | 'DISABLED';
  FlexibleTimeWindow: { Mode: string; [key: string]: unknown };
  Target: { Arn: string; RoleArn: string; Input?: string; [key: string]: unknown };
};
