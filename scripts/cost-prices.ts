/**
 * List prices in US dollars, without free tiers. They have not been compared with AWS's price list since the date in
 * `noted`. Check them for your region before you rely on a result.
 */
export const prices = {
  region: 'us-east-1',
  noted: 'November 2026',
  perMillion: {
    httpApiRequests: 1.0,
    lambdaRequests: 0.2,
    writeUnits: 0.625,
    readUnits: 0.125,
    events: 1.0,
    secretReads: 5.0,
    kmsRequests: 3.0,
  },
  /** Lambda on arm64. The init phase has been billed at the same rate since August 2025. */
  gbSecond: 0.0000133334,
  logsGb: 0.5,
  monthly: { secret: 0.4, alarmMetric: 0.1, customMetric: 0.3, dashboard: 3.0, kmsKey: 1.0 },
  /** Cognito user pools. Up to `free` users are free in every plan. */
  cognito: {
    free: 10_000,
    essentials: [{ upTo: Number.POSITIVE_INFINITY, each: 0.015 }],
    lite: [
      { upTo: 100_000, each: 0.0055 },
      { upTo: 1_000_000, each: 0.0046 },
      { upTo: 10_000_000, each: 0.00325 },
      { upTo: Number.POSITIVE_INFINITY, each: 0.0025 },
    ],
  },
} as const;

export type CognitoPlan = 'essentials' | 'lite';

/** The monthly price for the given number of active users. */
export function cognitoMonth(plan: CognitoPlan, users: number): number {
  let paid = 0;
  let counted: number = prices.cognito.free;
  for (const { upTo, each } of prices.cognito[plan]) {
    const here = Math.max(0, Math.min(users, upTo) - counted);
    paid += here * each;
    counted += here;
  }
  return paid;
}
