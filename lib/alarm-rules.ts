import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambda/contract/functions.ts';
import { keyRings } from '../lambda/contract/metrics.ts';
import type { AlarmName } from './alarm-thresholds.ts';
import { awsMetrics, ownMetric, type Watched } from './service-metrics.ts';

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
      meaning: 'The bus did not accept security events: the changes took effect, but subscribers were not notified.',
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
