import { Duration } from 'aws-cdk-lib';
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { keyRings, refreshOutcomes, throttleReasons, timedRoutes } from '../lambda/contract/metrics.ts';
import { awsMetrics, everyValue, ownMetric, type Watched } from './service-metrics.ts';

/** A dashboard of the service: usage, errors and cost. */
export class Dashboard extends Construct {
  readonly dashboard: CloudWatchDashboard;

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    this.dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT,
      widgets: widgets(watched),
    });
  }
}

function widgets({ service, api, table, functions, deadLetters }: Watched): IWidget[][] {
  const allowed = ownMetric(service, 'authorized', {}).with({ label: 'allowed' });
  const authorizer = functions.get('authorizer');
  const time = (statistic: string) => [
    ...timedRoutes.map((route) =>
      ownMetric(service, 'durationMs', { route }, { statistic }).with({ label: `${route} ${statistic}` }),
    ),
    // Not every allowed call has a log line. Lambda's own metric counts them for free.
    ...(authorizer ? [awsMetrics.duration(authorizer, statistic).with({ label: `authorizer ${statistic}` })] : []),
  ];
  const age = { statistic: 'Maximum', period: Duration.days(1) };
  return [
    [new TextWidget({ width: 24, height: 1, markdown: `**${service}** See docs/operate.md` })],
    [
      graph('Logins by outcome', [everyValue(service, 'logins', '')]),
      graph(
        'Refreshes by outcome',
        refreshOutcomes.map((outcome) => ownMetric(service, 'refreshes', { outcome }).with({ label: outcome })),
        { stacked: true },
      ),
      graph('Reused and impossible tokens', [
        ownMetric(service, 'refreshes', { outcome: 'reuse' }).with({ label: 'reused' }),
        ownMetric(service, 'refreshes', { outcome: 'impossible' }).with({ label: 'impossible' }),
      ]),
    ],
    [
      graph('Authorizer: refusals by reason', [everyValue(service, 'refusals', '')], { right: [allowed] }),
      graph('Time, median (ms)', time('p50')),
      graph('Time, 99th percentile (ms)', time('p99')),
    ],
    [
      graph('Revocations by route', [everyValue(service, 'revocations', '')]),
      graph(
        'Guessing: throttled',
        throttleReasons.map((reason) => ownMetric(service, 'throttles', { reason }).with({ label: reason })),
      ),
      graph('Signals by outcome, events unpublished', [
        everyValue(service, 'signals', ''),
        ownMetric(service, 'unpublished', {}).with({ label: 'unpublished' }),
      ]),
    ],
    [
      graph('Errors: API', [awsMetrics.serverErrors(api)], { right: [awsMetrics.requests(api)] }),
      graph('Errors: 500 and 503 by reason', [everyValue(service, 'faults', '')]),
      graph(
        'Errors: functions',
        [...functions].map(([row, one]) => awsMetrics.errors(one).with({ label: row })),
      ),
    ],
    [
      graph('DynamoDB: units', [awsMetrics.readUnits(table), awsMetrics.writeUnits(table)], {
        right: [awsMetrics.tableThrottles(table), awsMetrics.tableErrors(table)],
      }),
      graph(
        'Age of the keys (days)',
        keyRings.map((ring) => ownMetric(service, 'keyAgeDays', { ring }, age).with({ label: ring })),
      ),
      graph('Dead letters', [awsMetrics.deadLetters(deadLetters)]),
    ],
  ];
}

function graph(title: string, left: IMetric[], more: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 }, ...more });
}
