import { Duration } from 'aws-cdk-lib';
import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { FunctionName } from '../lambda/contract/functions.ts';
import { type MetricName, metricNamespace, metrics } from '../lambda/contract/metrics.ts';

/** The exact dimensions of a metric, so that a name that the functions do not emit does not compile. */
export type DimensionsOf<N extends MetricName> = Readonly<Record<(typeof metrics)[N]['by'][number], string>>;

type NamedApi = Pick<IHttpApi, 'apiId'>;
type NamedTable = Pick<ITable, 'tableName'>;

/** The metrics that alarms and dashboard use. */
export interface Watched {
  /** Value of the dimension `service`. */
  readonly service: string;
  readonly api: NamedApi;
  readonly table: NamedTable;
  readonly functions: ReadonlyMap<FunctionName, IFunction>;
  readonly deadLetters: IQueue;
}

/** A metric that the functions emit; by default the sum over five minutes. */
export function ownMetric<N extends MetricName>(
  service: string,
  name: N,
  dimensions: DimensionsOf<N>,
  { statistic = 'Sum', period = Duration.minutes(5) } = {},
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: name,
    dimensionsMap: { service, ...dimensions },
    statistic,
    period,
  });
}

/**
 * All values of a metric's dimension. For dashboards only: alarms do not support searches.
 *
 * @param label of the legend
 */
export function everyValue(service: string, name: MetricName, label: string): MathExpression {
  const schema = [metricNamespace, 'service', ...metrics[name].by].join(',');
  const search = `{${schema}} MetricName="${name}" service="${service}"`;
  return new MathExpression({
    expression: `SEARCH('${search}', 'Sum')`,
    usingMetrics: {},
    period: Duration.minutes(5),
    label,
  });
}

/** Table operations that the functions use. */
const operations = ['GetItem', 'Query', 'PutItem', 'UpdateItem'] as const;

const sum = (metricName: string, dimensionsMap: Record<string, string>, namespace: string) =>
  new Metric({ namespace, metricName, dimensionsMap, statistic: 'Sum', period: Duration.minutes(5) });

/** SUM skips series without a datapoint; `+` would have none itself. */
function total(label: string, id: string, parts: readonly IMetric[]): MathExpression {
  // Ids must differ within a graph.
  const usingMetrics = Object.fromEntries(parts.map((part, index) => [`${id}${index}`, part]));
  const expression = `SUM([${Object.keys(usingMetrics).join(', ')}])`;
  return new MathExpression({ expression, usingMetrics, period: Duration.minutes(5), label });
}

/** Metrics that AWS publishes. */
export const awsMetrics = {
  serverErrors: (api: NamedApi) => sum('5xx', { ApiId: api.apiId }, 'AWS/ApiGateway'),
  requests: (api: NamedApi) => sum('Count', { ApiId: api.apiId }, 'AWS/ApiGateway'),
  errors: (of: IFunction) => sum('Errors', { FunctionName: of.functionName }, 'AWS/Lambda'),
  duration: (of: IFunction, statistic: string) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Duration',
      dimensionsMap: { FunctionName: of.functionName },
      statistic,
      period: Duration.minutes(5),
    }),
  throttles: (of: IFunction) => sum('Throttles', { FunctionName: of.functionName }, 'AWS/Lambda'),
  readUnits: ({ tableName: TableName }: NamedTable) => sum('ConsumedReadCapacityUnits', { TableName }, 'AWS/DynamoDB'),
  writeUnits: ({ tableName: TableName }: NamedTable) =>
    sum('ConsumedWriteCapacityUnits', { TableName }, 'AWS/DynamoDB'),
  tableThrottles: ({ tableName: TableName }: NamedTable) =>
    total('throttled', 'throttled', [
      sum('ReadThrottleEvents', { TableName }, 'AWS/DynamoDB'),
      sum('WriteThrottleEvents', { TableName }, 'AWS/DynamoDB'),
    ]),
  tableErrors: ({ tableName: TableName }: NamedTable) =>
    total(
      'system errors',
      'failed',
      operations.map((Operation) => sum('SystemErrors', { TableName, Operation }, 'AWS/DynamoDB')),
    ),
  deadLetters: (queue: IQueue) =>
    new Metric({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensionsMap: { QueueName: queue.queueName },
      statistic: 'Maximum',
      period: Duration.minutes(5),
    }),
} as const;
