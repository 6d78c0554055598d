import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambda/contract/functions.ts';
import { keyRings } from '../lambda/contract/metrics.ts';
import { awsMetrics, ownMetric, type Watched } from './service-metrics.ts';

/** Where each alarm goes off unless the team says otherwise. */
export const alarmThresholds = {
  /** Sessions an hour that ended because a used refresh token came back. */
  reusedTokens: 10,
  /** Tokens in five minutes with a genuine tag that the table never had. */
  impossibleTokens: 1,
  /** Answers 5xx of the API in five minutes, the team's own routes included. */
  serverErrors: 5,
  /** 99th percentile of a refresh in its handler, milliseconds, for a quarter of an hour. */
  refreshLatency: 1000,
  /** Throttled requests to the table in five minutes. */
  tableThrottles: 1,
  /** DynamoDB's own errors in five minutes. */
  tableErrors: 5,
  /** Runs of one function in five minutes that ended without an answer. */
  functionErrors: 3,
  /** Calls of one function in five minutes that Lambda turned away. */
  functionThrottles: 5,
  /** Days that a key is in use, on two days. The default is the rotation period and three days. */
  keyAge: 0,
  /** Signals in the dead-letter queue. */
  deadLetters: 1,
  /** Events in five minutes that the bus did not take. */
  unpublishedEvents: 1,
  /** Access tokens in five minutes that were refused for another reason than their age. */
  refusedAccessTokens: 100,
} as const;

export type AlarmName = keyof typeof alarmThresholds;

/**
 * Alarms that every service has: what users notice, stolen tokens, keys, and work that was lost. Each watches one metric.
 * The others name the cause of what `serverErrors` shows, and cost three times as much together.
 */
export const essentialAlarms: readonly AlarmName[] = [
  ...(['reusedTokens', 'impossibleTokens', 'serverErrors', 'refreshLatency', 'keyAge'] as const),
  ...(['deadLetters', 'unpublishedEvents', 'refusedAccessTokens'] as const),
];

/** An alarm before it has a threshold. */
export interface AlarmRule {
  readonly name: AlarmName;
  /** Tells alarms of one name apart. */
  readonly of?: FunctionName | (typeof keyRings)[number];
  readonly metric: IMetric;
  readonly comparison: ComparisonOperator;
  /** All of so many periods in a row must be over the threshold. */
  readonly periods: number;
  readonly missing: TreatMissingData;
  /** Heading in docs/operate.md. */
  readonly section: string;
  /** What it means, in one sentence. */
  readonly meaning: string;
}

/** Functions whose calls answer a user who waits, and which must not be turned away. */
const throttled: readonly FunctionName[] = ['login', 'refresh', 'authorizer'];

/** The example route may fail as it likes; where the keys cannot be made, the deployment fails. */
const unwatched: readonly FunctionName[] = ['me', 'keys'];

/** Every alarm of a service. Silence is good news, except for the age of the keys: somebody has to tell it every day. */
export function alarmRules({ service, api, table, functions, deadLetters }: Watched): readonly AlarmRule[] {
  const usual = {
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
    missing: TreatMissingData.NOT_BREACHING,
  };
  const hour = { period: Duration.hours(1) };
  const p99 = { statistic: 'p99' };
  const oldest = { statistic: 'Maximum', period: Duration.days(1) };
  return [
    {
      ...{ ...usual, name: 'reusedTokens', section: 'Reused tokens' },
      metric: ownMetric(service, 'refreshes', { outcome: 'reuse' }, hour),
      meaning: 'Used refresh tokens come back, and each time a session ends: thieves, or clients that retry too late.',
    },
    {
      ...{ ...usual, name: 'impossibleTokens', section: 'Impossible tokens' },
      metric: ownMetric(service, 'refreshes', { outcome: 'impossible' }),
      meaning: 'A genuine refresh token that the table never had: the table was restored, or the ratchet keys leaked.',
    },
    {
      ...{ ...usual, name: 'serverErrors', section: 'Server errors' },
      metric: awsMetrics.serverErrors(api),
      meaning: 'Requests end with 5xx: users cannot log in or refresh, or a route of your own fails.',
    },
    {
      ...{ ...usual, name: 'refreshLatency', section: 'Slow refreshes' },
      ...{ comparison: ComparisonOperator.GREATER_THAN_THRESHOLD, periods: 3 },
      metric: ownMetric(service, 'durationMs', { route: 'refresh' }, p99),
      meaning: 'The slowest refreshes have been slow for a quarter of an hour.',
    },
    {
      ...{ ...usual, name: 'tableThrottles', section: 'Table throttled' },
      metric: awsMetrics.tableThrottles(table),
      meaning: 'DynamoDB turns requests to the table away; clients get 503 and try again.',
    },
    {
      ...{ ...usual, name: 'tableErrors', section: 'Table errors' },
      metric: awsMetrics.tableErrors(table),
      meaning: 'DynamoDB itself fails; clients get 503 and try again.',
    },
    ...[...functions]
      .filter(([row]) => !unwatched.includes(row))
      .map(([row, one]) => ({
        ...{ ...usual, name: 'functionErrors' as const, of: row, section: 'Function errors' },
        metric: awsMetrics.errors(one),
        meaning: `The function ${row} crashes or times out.`,
      })),
    ...[...functions]
      .filter(([row]) => throttled.includes(row))
      .map(([row, one]) => ({
        ...{ ...usual, name: 'functionThrottles' as const, of: row, section: 'Function throttled' },
        metric: awsMetrics.throttles(one),
        meaning: `Lambda turns calls of the function ${row} away: its concurrency is used up.`,
      })),
    ...keyRings.map((ring) => ({
      ...{ ...usual, name: 'keyAge' as const, of: ring, section: 'Keys overdue' },
      ...{ comparison: ComparisonOperator.GREATER_THAN_THRESHOLD, periods: 2, missing: TreatMissingData.BREACHING },
      metric: ownMetric(service, 'keyAgeDays', { ring }, oldest),
      meaning: `The ${ring} keys are not rotated, or nobody has looked at them for two days. Users notice nothing yet.`,
    })),
    {
      ...{ ...usual, name: 'deadLetters', section: 'Dead letters' },
      metric: awsMetrics.deadLetters(deadLetters),
      meaning:
        'A signal or a key rotation could not be carried out: sessions that should have ended may still be alive.',
    },
    {
      ...{ ...usual, name: 'unpublishedEvents', section: 'Unpublished events' },
      metric: ownMetric(service, 'unpublished', {}),
      meaning: 'The bus did not take security events: what they tell of has happened, and nobody was told.',
    },
    {
      ...{ ...usual, name: 'refusedAccessTokens', section: 'Refused access tokens' },
      metric: ownMetric(service, 'badAccessTokens', {}),
      meaning: 'Many access tokens are refused that have not expired: forgeries, another issuer, or lost keys.',
    },
  ];
}
