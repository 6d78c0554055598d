/** What the functions measure, by the names that alarms and dashboard look for. */

/** CloudWatch namespace of all our metrics. */
export const metricNamespace = 'Pawl';

/** Environment variable with the value of the dimension `service`; a function without it writes no metrics. */
export const serviceVariable = 'PAWL_SERVICE';

/**
 * Dimensions, each a field of the log line with few values. Never a subject, a session or an address: every combination
 * of values is a metric of its own, which costs money and tells about a person.
 */
export type Dimension = 'route' | 'outcome' | 'reason' | 'ring';

interface MetricDefinition {
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  /** Besides `service`, which all of them have. */
  readonly by: readonly Dimension[];
}

/** Every metric there is. A counter is 1 on the line of what it counts, unless it says otherwise. */
export const metrics = {
  /** Logins by how they ended. */
  logins: { unit: 'Count', by: ['outcome'] },
  /** Refreshes by {@link refreshOutcomes}. */
  refreshes: { unit: 'Count', by: ['outcome'] },
  /** Requests that ended one session or several, by the route that they came by; `refresh` is reuse. */
  revocations: { unit: 'Count', by: ['route'] },
  /** Refused because somebody guesses, by {@link throttleReasons}. */
  throttles: { unit: 'Count', by: ['reason'] },
  /** 500 and 503, and signals that failed, by reason. */
  faults: { unit: 'Count', by: ['reason'] },
  /** Calls that the authorizer allowed. A line may stand for many: the sum counts them. */
  authorized: { unit: 'Count', by: [] },
  /** The authorizer's refusals by reason. */
  refusals: { unit: 'Count', by: ['reason'] },
  /** The authorizer's refusals for any other reason than the token's age. */
  badAccessTokens: { unit: 'Count', by: [] },
  /** Signals off the bus, by what became of them. */
  signals: { unit: 'Count', by: ['outcome'] },
  /** Events that the bus did not take. */
  unpublished: { unit: 'Count', by: [] },
  /** Time in the handler, of {@link timedRoutes}. */
  durationMs: { unit: 'Milliseconds', by: ['route'] },
  /** Days since the current key of a ring came into use, by {@link keyRings}; told every day. */
  keyAgeDays: { unit: 'None', by: ['ring'] },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metrics;

/** The outcomes of protocol.md §5, and `forged`: text that is no token or whose tag is wrong. */
export const refreshOutcomes = [
  ...(['rotated', 'retry', 'too_soon', 'own_write', 'reuse', 'dead', 'impossible'] as const),
  'forged',
] as const;

export type RefreshOutcome = (typeof refreshOutcomes)[number];

/** Who is slowed down: one account, or one source address. */
export const throttleReasons = ['account_throttled', 'address_throttled'] as const;

/** The two key rings. */
export const keyRings = ['signing', 'ratchet'] as const;

/** Routes whose time is a metric; of the others it is in the log. */
export const timedRoutes = ['login', 'refresh'] as const;
