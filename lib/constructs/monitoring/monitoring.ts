import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, AlarmRule, AlarmState, CompositeAlarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { BundledFunction } from '#lib/constructs/bundled-function.ts';
import { missedInvocations } from '#lib/constructs/missed-invocations.ts';
import type { SyncTable } from '#lib/constructs/sync-table.ts';
import type { Tickets } from '#lib/constructs/tickets/tickets.ts';
import type { UploadQueues } from '#lib/constructs/upload-queues.ts';
import { PRICES } from '#lib/prices.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { type AlarmDefinition, metricsIn, type Severity } from './alarm-definition.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { apiAlarms } from './api-alarms.ts';
import type { FeedTask } from './cost-metrics.ts';
import { SyncDashboard } from './dashboard.ts';
import type { Service } from './emitted-metrics.ts';
import { resourceAlarms } from './resource-alarms.ts';
import { cleanupAlarms, feedAlarms, ratingAlarms, rotationAlarms, tokenAlarms } from './service-alarms.ts';
import { setUpAlarm, stalenessAlarms, syncAlarms } from './sync-alarms.ts';
import { incidentAlarms, ticketAlarms, ticketStalenessAlarms, webhookAlarms } from './ticket-alarms.ts';

/** Props of `Monitoring`. */
export type MonitoringProps = {
  readonly settings: Settings;
  readonly table: SyncTable;
  readonly queues: UploadQueues;
  readonly api: HttpApi;
  /** Every function: an alarm on a service's own metrics exists when its function is among them. */
  readonly functions: readonly BundledFunction[];
  /**
   * The real-time feed's task.
   * @default - there is none, and no alarm on it
   */
  readonly feed?: FeedTask;
  /**
   * What belongs to the tickets besides their functions and schedules.
   * @default - there are none
   */
  readonly tickets?: Pick<Tickets, 'webhook'> | undefined;
};

type Described = Pick<AlarmDefinition, 'name' | 'severity' | 'says'> &
  Partial<Pick<AlarmDefinition, 'missing' | 'missingBecause'>>;

/**
 * The alarms, whom they tell, and the dashboard. What each alarm means and how to mend it is in the runbook under
 * the alarm's name.
 */
export class Monitoring extends Construct {
  readonly topic: Topic;
  /** Only where a setting asks for it: CloudWatch charges for it by the month. */
  readonly dashboard?: SyncDashboard;
  /** What the alarms cost a month, in US dollars. */
  readonly alarmsUsd: number;
  readonly #runbook: string;
  readonly #alarms: IAlarm[] = [];
  #usd = 0;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { settings } = props;
    this.topic = new AlarmTopic(this, 'AlarmTopic', { email: settings.ATOM_SYNC_ALARM_EMAIL }).topic;
    this.#runbook = settings.ATOM_SYNC_RUNBOOK_URL ?? 'docs/runbook.md';

    const [onceSetUp, always] = partition(this.definitions(props), (one) => one.onceSetUp === true);
    for (const one of always) this.add(one);
    if (onceSetUp.length > 0) this.addOnceSetUp(onceSetUp, this.add(setUpAlarm(this)));
    this.alarmsUsd = this.#usd;

    if (!settings.ATOM_SYNC_DASHBOARD) return;
    this.dashboard = new SyncDashboard(this, 'Dashboard', {
      ...props,
      alarms: this.#alarms,
      alarmsUsd: this.alarmsUsd,
    });
  }

  /** Nobody is woken for what was switched off: such alarms don't exist. */
  private definitions(props: MonitoringProps): AlarmDefinition[] {
    const { settings, functions, feed, tickets } = props;
    const has = (service: Service) => functions.some((fn) => fn.service === service);
    const sync = { settings, ratings: has('rating-sync'), feed: feed !== undefined };
    const runsByItself = settings.ENABLE_SCHEDULER && settings.ATOM_SAAS_ENABLED;
    return [
      ...(runsByItself ? stalenessAlarms(this, sync) : []),
      ...syncAlarms(this, sync),
      ...(sync.feed ? feedAlarms(this) : []),
      ...(sync.ratings ? ratingAlarms(this, settings) : []),
      ...(has('cache-cleanup') ? cleanupAlarms(this) : []),
      ...tokenAlarms(this, settings),
      ...(has('token-rotation') ? rotationAlarms(this) : []),
      ...(has('ticket-sync') && settings.ENABLE_SCHEDULER ? ticketStalenessAlarms(this, settings) : []),
      ...(has('ticket-analysis') ? ticketAlarms(this, settings) : []),
      ...(has('ticket-issues') ? incidentAlarms(this, settings) : []),
      ...(tickets?.webhook === undefined ? [] : webhookAlarms(tickets.webhook.deadLetters)),
      ...apiAlarms(this, props.api),
      ...resourceAlarms(this, { ...props, missed: missedInvocations(this) }),
    ];
  }

  /** Registers an alarm by its severity. */
  private add(definition: AlarmDefinition, suffix = ''): Alarm {
    const { name, metric, threshold, comparison, evaluationPeriods, datapointsToAlarm } = definition;
    const id = `${name}${suffix}`;
    const alarm = new Alarm(this, id, {
      alarmName: this.nameOf(id),
      alarmDescription: this.describe(definition),
      metric,
      threshold,
      comparisonOperator: comparison,
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: definition.missing,
    });
    this.#usd += metricsIn(metric) * PRICES.alarmMetric.usd;
    this.tell(alarm, suffix === '' ? definition.severity : 'none');
    return alarm;
  }

  /**
   * Alarms that silence sets off, each over its own condition: a new stack is silent until its token is in, and nobody is
   * told of that.
   */
  private addOnceSetUp(definitions: readonly AlarmDefinition[], setUp: Alarm): void {
    for (const definition of definitions) {
      const condition = this.add(definition, 'Condition');
      const { name, severity, says } = definition;
      const alarm = new CompositeAlarm(this, name, {
        compositeAlarmName: this.nameOf(name),
        alarmDescription: this.describe({ name, severity, says }),
        alarmRule: AlarmRule.allOf(
          AlarmRule.fromAlarm(condition, AlarmState.ALARM),
          AlarmRule.fromAlarm(setUp, AlarmState.OK),
        ),
      });
      this.#usd += PRICES.compositeAlarm.usd;
      this.tell(alarm, severity);
    }
  }

  private tell(alarm: Alarm | CompositeAlarm, severity: Severity): void {
    if (severity === 'none') return;
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    if (severity === 'critical') alarm.addOkAction(action);
    this.#alarms.push(alarm);
  }

  private describe(definition: Described): string {
    const { name, severity, says, missing, missingBecause } = definition;
    return [
      ...(severity === 'critical' ? ['CRITICAL.'] : []),
      says,
      ...(missing === undefined ? [] : [`Missing data is ${missing}: ${missingBecause}.`]),
      `Runbook: ${this.#runbook}#${name.toLowerCase()}`,
    ].join(' ');
  }

  /** Alarms are named over the whole account: the stack's name keeps two of them apart. */
  private nameOf(id: string): string {
    return `${Stack.of(this).stackName}-${id}`;
  }
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
