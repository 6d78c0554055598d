import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambda/contract/functions.ts';
import { keyRings } from '../lambda/contract/metrics.ts';
import { awsMetrics, ownMetric, type Watched } from './service-metrics.ts';

/** Threshold of each alarm. */
export interface AlarmThresholds {
  /**
   * Sessions per hour that ended because of reuse.
   * @default 10
   */
  readonly reusedTokens?: number;
  /**
   * Genuine tokens in five minutes with a generation or secret that the table never stored.
   * @default 1
   */
  readonly impossibleTokens?: number;
  /**
   * 5xx responses of the API in five minutes, including your own routes.
   * @default 5
   */
  readonly serverErrors?: number;
  /**
   * 99th percentile of a refresh in its handler, in milliseconds, over a quarter of an hour.
   * @default 1,000
   */
  readonly refreshLatency?: number;
  /**
   * Throttled requests to the table in five minutes.
   * @default 1
   */
  readonly tableThrottles?: number;
  /**
   * DynamoDB's own errors in five minutes.
   * @default 5
   */
  readonly tableErrors?: number;
  /**
   * Failed invocations of one function in five minutes.
   * @default 3
   */
  readonly functionErrors?: number;
  /**
   * Throttled invocations of one function in five minutes.
   * @default 5
   */
  readonly functionThrottles?: number;
  /**
   * Days that a key has been in use, on two days.
   * @default the rotation period plus three days
   */
  readonly keyAge?: number;
  /**
   * Signals in the dead-letter queue.
   * @default 1
   */
  readonly deadLetters?: number;
  /**
   * Events in five minutes that the bus did not accept.
   * @default 1
   */
  readonly unpublishedEvents?: number;
  /**
   * Access tokens refused in five minutes for reasons other than expiry.
   * @default 100
   */
  readonly refusedAccessTokens?: number;
}

export type AlarmName = keyof AlarmThresholds;

/** Default thresholds. That of `keyAge` depends on the rotation period. */
export const alarmThresholds: Readonly<Record<AlarmName, number>> = {
  reusedTokens: 10,
  impossibleTokens: 1,
  serverErrors: 5,
  refreshLatency: 1000,
  tableThrottles: 1,
  tableErrors: 5,
  functionErrors: 3,
  functionThrottles: 5,
  keyAge: 0,
  deadLetters: 1,
  unpublishedEvents: 1,
  refusedAccessTokens: 100,
};

/**
 * Alarms that are on by default: user-visible errors, stolen tokens, keys, and lost work. Each watches one metric. The
 * others identify the cause of a `serverErrors` alarm, and together cost three times as much.
 */
export const essentialAlarms: readonly AlarmName[] = [
  ...(['reusedTokens', 'impossibleTokens', 'serverErrors', 'refreshLatency', 'keyAge'] as const),
  ...(['deadLetters', 'unpublishedEvents', 'refusedAccessTokens'] as const),
];

/** An alarm before it has a threshold. */
export interface AlarmRule {
  readonly name: AlarmName;
  /** Distinguishes alarms with the same name. */
  readonly of?: FunctionName | (typeof keyRings)[number];
  readonly metric: IMetric;
  readonly comparison: ComparisonOperator;
  /** Number of consecutive periods that must all exceed the threshold. */
  readonly periods: number;
  readonly missing: TreatMissingData;
  /** Heading in docs/operate.md. */
  readonly section: string;
  /** The meaning, in one sentence. */
  readonly meaning: string;
}

/** Functions that a user waits for, which must not be throttled. */
const throttled: readonly FunctionName[] = ['login', 'refresh', 'authorizer'];

/** The example route is not watched; if keys cannot be created, the deployment fails. */
const unwatched: readonly FunctionName[] = ['me', 'keys'];

/** All alarms of a service. Missing data is fine, except for the age of the keys, which is reported daily. */
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
      ...usual,
      name: 'reusedTokens',
      section: 'Reused tokens',
      metric: ownMetric(service, 'refreshes', { outcome: 'reuse' }, hour),
      meaning:
        'Used refresh tokens came back, and their sessions ended: stolen tokens, or clients that retry too late.',
    },
    {
      ...usual,
      name: 'impossibleTokens',
      section: 'Impossible tokens',
      metric: ownMetric(service, 'refreshes', { outcome: 'impossible' }),
      meaning: 'A genuine refresh token is unknown to the table: the table was restored, or the ratchet keys leaked.',
    },
    {
      ...usual,
      name: 'serverErrors',
      section: 'Server errors',
      metric: awsMetrics.serverErrors(api),
      meaning: 'Requests end with 5xx: users cannot log in or refresh, or a route of your own fails.',
    },
    {
      ...usual,
      name: 'refreshLatency',
      section: 'Slow refreshes',
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 3,
      metric: ownMetric(service, 'durationMs', { route: 'refresh' }, p99),
      meaning: 'The slowest refreshes have been slow for a quarter of an hour.',
    },
    {
      ...usual,
      name: 'tableThrottles',
      section: 'Table throttled',
      metric: awsMetrics.tableThrottles(table),
      meaning: 'DynamoDB throttles requests to the table. Clients get 503 and retry.',
    },
    {
      ...usual,
      name: 'tableErrors',
      section: 'Table errors',
      metric: awsMetrics.tableErrors(table),
      meaning: 'DynamoDB itself fails. Clients get 503 and retry.',
    },
    ...[...functions]
      .filter(([row]) => !unwatched.includes(row))
      .map(([row, one]) => ({
        ...usual,
        name: 'functionErrors' as const,
        of: row,
        section: 'Function errors',
        metric: awsMetrics.errors(one),
        meaning: `The function ${row} crashes or times out.`,
      })),
    ...[...functions]
      .filter(([row]) => throttled.includes(row))
      .map(([row, one]) => ({
        ...usual,
        name: 'functionThrottles' as const,
        of: row,
        section: 'Function throttled',
        metric: awsMetrics.throttles(one),
        meaning: `Lambda throttles the function ${row}: its concurrency is used up.`,
      })),
    ...keyRings.map((ring) => ({
      ...usual,
      name: 'keyAge' as const,
      of: ring,
      section: 'Keys overdue',
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 2,
      missing: TreatMissingData.BREACHING,
      metric: ownMetric(service, 'keyAgeDays', { ring }, oldest),
      meaning: `The ${ring} keys are overdue for rotation, or were not checked for two days. Users are not affected yet.`,
    })),
    {
      ...usual,
      name: 'deadLetters',
      section: 'Dead letters',
      metric: awsMetrics.deadLetters(deadLetters),
      meaning: 'A signal or a key rotation failed: sessions that should have ended may still be alive.',
    },
    {
      ...usual,
      name: 'unpublishedEvents',
      section: 'Unpublished events',
      metric: ownMetric(service, 'unpublished', {}),
      meaning: 'The bus did not accept security events: the changes took effect, but subscribers were not informed.',
    },
    {
      ...usual,
      name: 'refusedAccessTokens',
      section: 'Refused access tokens',
      metric: ownMetric(service, 'badAccessTokens', {}),
      meaning: 'Many unexpired access tokens are refused: forgeries, tokens of another issuer, or missing keys.',
    },
  ];
}
