import { metricNamespace, metrics } from '../../../lambda/contract/metrics.ts';

/** Names of a metric's dimensions: ours by the contract of the emitting code, AWS's by its documentation. */
export function dimensionsOf(namespace: string, name: string): readonly string[] | undefined {
  if (namespace === metricNamespace) {
    const known = Object.entries(metrics).find(([metric]) => metric === name)?.[1];
    return known && ['service', ...known.by].sort();
  }
  return published[`${namespace} ${name}`];
}

const published: Readonly<Record<string, readonly string[]>> = {
  'AWS/ApiGateway 5xx': ['ApiId'],
  'AWS/DynamoDB ReadThrottleEvents': ['TableName'],
  'AWS/DynamoDB WriteThrottleEvents': ['TableName'],
  'AWS/DynamoDB SystemErrors': ['Operation', 'TableName'],
  'AWS/Lambda Errors': ['FunctionName'],
  'AWS/Lambda Throttles': ['FunctionName'],
  'AWS/SQS ApproximateNumberOfMessagesVisible': ['QueueName'],
};
