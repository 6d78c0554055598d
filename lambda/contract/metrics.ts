/** The metrics of the functions, with the names that alarms and dashboard use. */

/** CloudWatch namespace of all metrics. */
export const metricNamespace = 'Pawl';

/** Environment variable with the value of the dimension `service`; a function without it writes no metrics. */
export const serviceVariable = 'PAWL_SERVICE';

/**
 * Dimensions, each a field of the log line with few values. Never a subject, a session or an address: every combination
 * of values is a separate metric, which costs money and could identify a person.
 */
export type Dimension = 'route' | 'outcome' | 'reason' | 'ring';

interface MetricDefinition {
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  /** Dimensions besides `service`, which all metrics have. */
  readonly by: readonly Dimension[];
}

/** All metrics. A counter is 1 on the line that it counts, unless documented otherwise. */
export const metrics = {
  /** Logins by outcome. */
  logins: { unit: 'Count', by: ['outcome'] },
  /** Refreshes by {@link refreshOutcomes}. */
  refreshes: { unit: 'Count', by: ['outcome'] },
  /** Requests that ended sessions, by route; `refresh` is reuse. */
  revocations: { unit: 'Count', by: ['route'] },
  /** Refused password attempts, by {@link throttleReasons}. */
  throttles: { unit: 'Count', by: ['reason'] },
  /** 500, 503 and failed signals, by reason. */
  faults: { unit: 'Count', by: ['reason'] },
  /** Calls that the authorizer allowed. A line may count several; use the sum. */
  authorized: { unit: 'Count', by: [] },
  /** The authorizer's refusals, by reason. */
  refusals: { unit: 'Count', by: ['reason'] },
  /** The authorizer's refusals for any reason except `token_expired`. */
  badAccessTokens: { unit: 'Count', by: [] },
  /** Signals received from the bus, by outcome. */
  signals: { unit: 'Count', by: ['outcome'] },
  /** Events that the bus did not accept. */
  unpublished: { unit: 'Count', by: [] },
  /** Time in the handler, of {@link timedRoutes}. */
  durationMs: { unit: 'Milliseconds', by: ['route'] },
  /** Days since the current key of a ring became current, by {@link keyRings}; reported daily. */
  keyAgeDays: { unit: 'None', by: ['ring'] },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metrics;

/** The outcomes of protocol.md, plus `forged`: malformed text or a wrong tag. */
export const refreshOutcomes = [
  ...(['rotated', 'retry', 'too_soon', 'own_write', 'reuse', 'dead', 'impossible'] as const),
  'forged',
] as const;

export type RefreshOutcome = (typeof refreshOutcomes)[number];

/** What is throttled: one account, or one source address. */
export const throttleReasons = ['account_throttled', 'address_throttled'] as const;

/** The two key rings. */
export const keyRings = ['signing', 'ratchet'] as const;

/** Routes whose duration is a metric; for other routes it is only in the log. */
export const timedRoutes = ['login', 'refresh'] as const;
