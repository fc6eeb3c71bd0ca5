import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { UploadQueues } from '#lib/constructs/upload-queues.ts';
import { type CostProps, costMetrics } from './cost-metrics.ts';
import { customMetric } from './custom-metrics.ts';
import { type DashboardQuery, type LogWriter, QUERIES } from './dashboard-queries.ts';

/** Props of `SyncDashboard`. */
export type SyncDashboardProps = CostProps & {
  readonly queues: UploadQueues;
  readonly alarms: readonly IAlarm[];
  /** What the alarms cost a month. */
  readonly alarmsUsd: number;
};

const WIDTH = 24;
const THIRD = { width: 8, height: 6 };
const PERIOD = Duration.minutes(5);

/**
 * One page about everything: overview, sync, cache, feed, conflicts, ratings, cost. What AWS measures by itself is
 * drawn from its metrics, everything else is asked of the logs when somebody looks.
 */
export class SyncDashboard extends Construct {
  readonly dashboard: Dashboard;
  readonly #logs: ReadonlyMap<LogWriter, string>;

  constructor(scope: Construct, id: string, props: SyncDashboardProps) {
    super(scope, id);
    const { functions, feed } = props;
    this.#logs = new Map([
      ...functions.map((fn) => [fn.service as LogWriter, fn.logGroup.logGroupName] as const),
      ...(feed === undefined ? [] : [['realtime-feed', feed.logGroup.logGroupName] as const]),
    ]);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.days(1),
    });
    this.row('Overview', this.overview(props));
    this.row('Sync', [...this.ask(QUERIES.runDuration, QUERIES.runChanges, QUERIES.runErrors)]);
    this.row('Cache', [...this.ask(QUERIES.cacheHits, QUERIES.cacheSize)]);
    this.row('Feed', this.feed());
    this.row('Conflicts', [
      ...this.ask(QUERIES.conflictTypes, QUERIES.conflictSeverities, QUERIES.conflictsWaiting),
    ]);
    this.row('Ratings', this.ratings(props.queues));
    if (this.#logs.has('ticket-sync')) {
      this.row('Support tickets', [
        ...this.ask(QUERIES.ticketRuns, QUERIES.ticketAnalyses, QUERIES.ticketErrors),
      ]);
    }
    this.row('Cost', cost(this, props));
  }

  /** A heading and, below it, the widgets side by side over the whole width. */
  private row(title: string, widgets: readonly IWidget[]): void {
    this.dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: WIDTH, height: 1 }));
    this.dashboard.addWidgets(...widgets);
  }

  private overview({ alarms, api }: SyncDashboardProps): IWidget[] {
    const all = api.metricCount({ period: PERIOD, label: 'all' });
    const failed = api.metricServerError({ period: PERIOD, label: '5xx', color: Color.RED });
    const answered = new MathExpression({
      expression: '100 * (1 - failed / all)',
      usingMetrics: { failed, all },
      period: PERIOD,
      label: 'answered without a fault of ours',
    });
    return [
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], ...THIRD }),
      ...this.ask(QUERIES.runSuccess),
      graph('Requests to the API that succeeded, %', [answered]),
      graph('Requests to the API', [
        all,
        api.metricClientError({ period: PERIOD, label: '4xx', color: Color.ORANGE }),
        failed,
      ]),
    ];
  }

  private feed(): IWidget[] {
    if (!this.#logs.has('realtime-feed')) {
      return [text('There is no real-time feed in this deployment (`ATOM_SAAS_WS_ENABLED`).')];
    }
    const connected = customMetric(this, 'realtime-feed', 'FeedConnected', {
      statistic: Stats.MAXIMUM,
      period: PERIOD,
      label: 'connected',
    });
    return [
      graph('Connected', [connected]),
      ...this.ask(QUERIES.feedFallback, QUERIES.feedMessages, QUERIES.feedLatency),
    ];
  }

  private ratings({ uploads, deadLetters }: UploadQueues): IWidget[] {
    const options = { statistic: Stats.MAXIMUM, period: PERIOD };
    return [
      ...this.ask(QUERIES.ratings, QUERIES.uploadErrors),
      graph('In the queues', [
        uploads.metricApproximateNumberOfMessagesVisible({ ...options, label: 'uploads' }),
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...options, label: 'dead letters' }),
      ]),
      graph('Oldest upload, s', [uploads.metricApproximateAgeOfOldestMessage(options)]),
    ];
  }

  /** The questions whose logs are there. */
  private ask(...queries: readonly DashboardQuery[]): IWidget[] {
    return queries.flatMap(({ title, of, view, lines }) => {
      const logGroupNames = of.flatMap((service) => this.#logs.get(service) ?? []);
      if (logGroupNames.length === 0) return [];
      return [new LogQueryWidget({ title, logGroupNames, view, queryLines: [...lines], ...THIRD })];
    });
  }
}

function cost(scope: Construct, props: SyncDashboardProps): IWidget[] {
  const metrics = costMetrics(scope, props);
  return [
    new SingleValueWidget({ title: 'US dollars a day, at list prices', metrics, ...THIRD }),
    graph('US dollars a day, at list prices', metrics, true),
    text(
      `Estimated from what was metered, at the list prices of \`lib/prices.ts\`, before free tiers. Beside it, ` +
        `whatever is done: the alarms, ${props.alarmsUsd.toFixed(2)} US dollars a month, this dashboard, their ` +
        `encryption key, the token's secret, stored data and logs.`,
    ),
  ];
}

function graph(title: string, left: readonly IMetric[], stacked = false): GraphWidget {
  return new GraphWidget({ title, left: [...left], stacked, ...THIRD });
}

function text(markdown: string): TextWidget {
  return new TextWidget({ markdown, ...THIRD });
}
