import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  type Metric,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { UploadQueues } from '#lib/constructs/upload-queues.ts';
import { type CostProps, costMetrics } from './cost-metrics.ts';
import { customMetric, type MetricOf, type Service } from './custom-metrics.ts';

/** Props of `SyncDashboard`. */
export type SyncDashboardProps = CostProps & {
  readonly queues: UploadQueues;
  readonly alarms: readonly IAlarm[];
  /** What the alarms cost a month. */
  readonly alarmsUsd: number;
};

const WIDTH = 24;
const PERIOD = Duration.minutes(5);

/** One page about everything: overview, sync, cache, feed, conflicts, ratings, cost. */
export class SyncDashboard extends Construct {
  readonly dashboard: Dashboard;
  readonly #services: ReadonlySet<string>;

  constructor(scope: Construct, id: string, props: SyncDashboardProps) {
    super(scope, id);
    this.#services = new Set([
      ...props.functions.map((fn) => fn.service),
      ...(props.feed === undefined ? [] : ['realtime-feed']),
    ]);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.days(1),
    });
    this.row('Overview', this.overview(props));
    this.row('Sync', this.sync());
    this.row('Cache', [graph('Live entries of the cache', [...this.gauge('skill-sync', 'CachedSkills')])]);
    this.row('Feed', this.feed());
    this.row('Conflicts', this.conflicts());
    this.row('Ratings', this.ratings(props.queues));
    if (this.#services.has('ticket-sync')) this.row('Support tickets', this.tickets());
    this.row('Cost', cost(this, props));
  }

  /** A heading and, below it, the widgets side by side over the whole width. */
  private row(title: string, widgets: readonly IWidget[]): void {
    this.dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: WIDTH, height: 1 }));
    this.dashboard.addWidgets(...widgets);
  }

  private overview({ alarms, api }: SyncDashboardProps): IWidget[] {
    const runs = (['skill-sync', 'rating-sync'] as const).flatMap((service) =>
      this.metric(service, 'RunDuration', { statistic: Stats.SAMPLE_COUNT, label: `${service}: successes` }),
    );
    return [
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 8, height: 6 }),
      graph(
        'Runs that succeeded, an hour',
        runs.map((metric) => metric.with({ period: Duration.hours(1) })),
      ),
      graph('Requests to the API', [
        api.metricCount({ period: PERIOD, label: 'all' }),
        api.metricClientError({ period: PERIOD, label: '4xx', color: Color.ORANGE }),
        api.metricServerError({ period: PERIOD, label: '5xx', color: Color.RED }),
      ]),
    ];
  }

  private sync(): IWidget[] {
    const duration = (percentile: number) =>
      this.metric('skill-sync', 'RunDuration', {
        statistic: Stats.p(percentile),
        label: `p${percentile}`,
        period: Duration.hours(1),
      });
    return [
      graph('How long a skill sync takes, ms', [...duration(50), ...duration(95)]),
      graph('Runs that failed', [
        ...this.sum('skill-sync', 'RunFailure', 'skill-sync'),
        ...this.sum('rating-sync', 'RunFailure', 'rating-sync'),
        ...this.sum('skill-sync', 'MarketplaceUnavailable', 'no marketplace'),
        ...this.sum('skill-sync', 'MassRemovalRefused', 'mass removal refused'),
      ]),
    ];
  }

  private feed(): IWidget[] {
    if (!this.#services.has('realtime-feed')) {
      return [text('There is no real-time feed in this deployment (`ATOM_SAAS_WS_ENABLED`).')];
    }
    return [
      graph('Connected', this.gauge('realtime-feed', 'FeedConnected')),
      graph('Reconnects', [...this.sum('realtime-feed', 'FeedReconnects', 'reconnects')]),
    ];
  }

  private conflicts(): IWidget[] {
    return [
      graph('Conflicts', [
        ...this.sum('skill-sync', 'ConflictsDetected', 'detected by syncs'),
        ...this.sum('realtime-feed', 'ConflictsDetected', 'detected by the feed'),
      ]),
    ];
  }

  private ratings({ uploads, deadLetters }: UploadQueues): IWidget[] {
    const options = { statistic: Stats.MAXIMUM, period: PERIOD };
    return [
      graph('Ratings', [...this.gauge('rating-sync', 'FailedUploads')]),
      graph('In the queues', [
        uploads.metricApproximateNumberOfMessagesVisible({ ...options, label: 'uploads' }),
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...options, label: 'dead letters' }),
      ]),
      graph('Oldest upload, s', [uploads.metricApproximateAgeOfOldestMessage(options)]),
    ];
  }

  private tickets(): IWidget[] {
    return [
      graph('How old the copy of the tickets is, s', this.gauge('ticket-sync', 'TicketCursorAge')),
      graph('Tickets analysed', [
        ...this.sum('ticket-analysis', 'TicketsAnalysed', 'analysed'),
        ...this.sum('ticket-analysis', 'TicketAnalysesFailed', 'failed'),
        ...this.sum('ticket-analysis', 'TicketBudgetExhausted', 'runs without budget'),
      ]),
      graph('Syncs of tickets', [...this.sum('ticket-sync', 'TicketsSynced', 'to the end of the export')]),
      graph('Open incidents and issues', [...this.gauge('ticket-issues', 'IncidentsOpen')]),
    ];
  }

  private gauge<S extends Service>(service: S, name: MetricOf<S>): IMetric[] {
    return this.metric(service, name, { statistic: Stats.MAXIMUM, label: name });
  }

  private sum<S extends Service>(service: S, name: MetricOf<S>, label: string): IMetric[] {
    return this.metric(service, name, { statistic: Stats.SUM, label });
  }

  /** Nothing for a service that is not deployed. */
  private metric<S extends Service>(
    service: S,
    name: MetricOf<S>,
    options: { readonly statistic: string; readonly label: string; readonly period?: Duration },
  ): Metric[] {
    if (!this.#services.has(service)) return [];
    return [customMetric(this, service, name, { period: PERIOD, ...options })];
  }
}

function cost(scope: Construct, props: SyncDashboardProps): IWidget[] {
  const metrics = costMetrics(scope, props);
  return [
    new SingleValueWidget({ title: 'US dollars a day, at list prices', metrics, width: 8, height: 6 }),
    graph('US dollars a day, at list prices', metrics, true),
    text(
      `Estimated from what was metered, at the list prices of \`lib/prices.ts\`, before free tiers. Beside it, ` +
        `whatever is done: the alarms, ${props.alarmsUsd.toFixed(2)} US dollars a month, their encryption key, ` +
        `the token's secret, stored data and logs.`,
    ),
  ];
}

function graph(title: string, left: readonly IMetric[], stacked = false): GraphWidget {
  return new GraphWidget({ title, left: [...left], stacked, width: 8, height: 6 });
}

function text(markdown: string): TextWidget {
  return new TextWidget({ markdown, width: 8, height: 6 });
}
