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
