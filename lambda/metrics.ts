import { ambient } from './ambient.ts';
import {
  type MetricName,
  metricNamespace,
  metrics,
  refreshOutcomes,
  serviceVariable,
  throttleReasons,
  timedRoutes,
} from './contract/metrics.ts';
import type { LogLine } from './log-line.ts';

/** The part of a log line that metrics add: the values, and where CloudWatch finds them. */
export type Measured = Readonly<Partial<Record<MetricName, number>>> & {
  readonly service: string;
  readonly _aws: {
    /** Epoch milliseconds. */
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly Directive[];
  };
};

/** One entry of the embedded metric format: metrics with the same dimensions. */
interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: MetricName; readonly Unit: string }[];
}

type Values = Partial<Record<MetricName, number>>;

const outcomesThatEnd: ReadonlySet<string> = new Set([
  ...['revoked', 'all_revoked', 'others_revoked', 'session_ended', 'password_changed', 'email_changed'],
]);

/** The service that this function belongs to; undefined outside Lambda. */
export function serviceName(): string | undefined {
  // Not part of the function's environment schema: a line must also be written when the environment is invalid.
  return ambient(serviceVariable);
}

/**
 * The metrics of a line, in CloudWatch's embedded metric format. The line itself is the source, so metrics need no API
 * call and no second line, and contain nothing that the line does not.
 *
 * @param nowMs epoch milliseconds
 * @returns undefined if the line measures nothing
 */
export function measure(line: LogLine, service: string, nowMs: number): Measured | undefined {
  const values = valuesOf(line);
  const fields: Readonly<Record<string, unknown>> = { ...line };
  const groups = new Map<string, Directive & { readonly Metrics: { Name: MetricName; Unit: string }[] }>();
  for (const Name of Object.keys(values) as MetricName[]) {
    const { by, unit: Unit } = metrics[Name];
    // Without a value for one of the dimensions, CloudWatch would drop the whole directive.
    if (by.some((dimension) => fields[dimension] === undefined)) delete values[Name];
    else {
      const dimensions = ['service', ...by];
      const group = groups.get(dimensions.join()) ?? {
        Namespace: metricNamespace,
        Dimensions: [dimensions],
        Metrics: [],
      };
      group.Metrics.push({ Name, Unit });
      groups.set(dimensions.join(), group);
    }
  }
  if (groups.size === 0) return undefined;
  const _aws = { Timestamp: nowMs, CloudWatchMetrics: [...groups.values()] };
  return { ...values, service, _aws };
}

function valuesOf(line: LogLine): Values {
  const { route, outcome, reason, calls, durationMs, keyAgeDays } = line;
  const values: Values = {};
  if (route === 'login') values.logins = 1;
  const refreshed = route === 'refresh' && isOneOf(refreshOutcomes, outcome);
  if (refreshed) values.refreshes = 1;
  if (outcomesThatEnd.has(outcome) || (refreshed && outcome === 'reuse')) values.revocations = 1;
  if (isOneOf(throttleReasons, reason)) values.throttles = 1;
  if (outcome === 'unavailable' || outcome === 'failed') values.faults = 1;
  if (outcome === 'allowed') values.authorized = calls ?? 1;
  if (outcome === 'refused') values.refusals = 1;
  if (outcome === 'refused' && reason !== 'token_expired') values.badAccessTokens = 1;
  if (route === 'signals') values.signals = 1;
  if (outcome === 'unpublished') values.unpublished = 1;
  if (durationMs !== undefined && isOneOf(timedRoutes, route)) values.durationMs = durationMs;
  if (keyAgeDays !== undefined) values.keyAgeDays = keyAgeDays;
  return values;
}

const isOneOf = (list: readonly string[], value: string | undefined) => value !== undefined && list.includes(value);

const msPerDay = 86_400_000;

/**
 * The value of the log field `keyAgeDays`, which an alarm watches.
 *
 * @param inUseSince when each key became current, epoch milliseconds; the oldest counts
 * @param nowMs epoch milliseconds
 * @returns days, with a fraction
 */
export function keyAgeDays(inUseSince: readonly number[], nowMs: number): number {
  const ageMs = Math.max(0, nowMs - Math.min(nowMs, ...inUseSince));
  return Math.round((ageMs / msPerDay) * 100) / 100;
}
