import {
  keyRings,
  type MetricName,
  refreshOutcomes,
  throttleReasons,
  timedRoutes,
} from '../lambda/contract/metrics.ts';
import { prices } from './cost-prices.ts';

/** Time series of each metric, one per combination of dimensions, if every event occurs. */
export const metricSeries: Readonly<Record<MetricName, number>> = {
  /** session_started, invalid_request, invalid_grant, slow_down, unavailable, failed */
  logins: 6,
  refreshes: refreshOutcomes.length,
  /** revoke, revoke-all, end-session, password, email, signals, refresh */
  revocations: 7,
  throttles: throttleReasons.length,
  /** store, keys and users unavailable, a ratchet key gone, contradiction, unexpected */
  faults: 6,
  authorized: 1,
  /** malformed, forged, expired, type, keys unavailable, unexpected */
  refusals: 6,
  badAccessTokens: 1,
  /** revoked, repeated, unknown_subject, failed */
  signals: 4,
  unpublished: 1,
  durationMs: timedRoutes.length,
  keyAgeDays: keyRings.length,
};

/** Resources that cost money even without users. */
export const standing = { secrets: 2, alarmMetrics: 9 } as const;

/** What `detailedMonitoring` adds. */
export const detailed = { alarmMetrics: 18, dashboards: 1 } as const;

/** CloudWatch bills a series for each hour in which it is written. The age of the keys is written once a day. */
const keyAgeShare = 1 / 24;

/** The monthly cost of an idle stack, by item, in US dollars. */
export function idle(): readonly (readonly [name: string, cost: number])[] {
  const { secret, alarmMetric, customMetric } = prices.monthly;
  return [
    [`${standing.secrets} secrets`, standing.secrets * secret],
    [`Alarms on ${standing.alarmMetrics} metrics`, standing.alarmMetrics * alarmMetric],
    ['Age of the keys, written daily', metricSeries.keyAgeDays * customMetric * keyAgeShare],
  ];
}

/** The monthly cost of each optional prop, in US dollars. */
export function optional(): readonly (readonly [name: string, cost: number])[] {
  const { alarmMetric, dashboard, kmsKey } = prices.monthly;
  return [
    ['`detailedMonitoring`', detailed.alarmMetrics * alarmMetric + detailed.dashboards * dashboard],
    ['`encryptionKey`, your own KMS key', kmsKey],
  ];
}
