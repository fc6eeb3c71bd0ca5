/** A schedule in the words of EventBridge Scheduler's API, which the template shares. */
export type ScheduleDefinition = {
  readonly Name: string;
  readonly GroupName: string;
  readonly Description?: string;
  readonly ScheduleExpression: string;
  /** IANA name. */
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly FlexibleTimeWindow: { readonly Mode: string; [key: string]: unknown };
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input?: string;
    [key: string]: unknown;
  };
};
