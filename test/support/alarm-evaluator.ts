import type { Datapoint } from './emf.ts';

/** Evaluates a synthesized alarm over datapoints like CloudWatch. Throws on features that Pawl's alarms do not use. */

interface MetricOf {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: MetricOf; readonly Period: number; readonly Stat: string };
}

/** Properties of `AWS::CloudWatch::Alarm`. */
export interface AlarmDefinition extends Partial<MetricOf> {
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: number;
  readonly Metrics?: readonly Query[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One metric of an alarm. Dimension values that are only known on deployment are given as their JSON. */
export interface Source {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
}

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  p99: (values) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN,
};

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
};

function pick<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`the evaluator does not know ${name}`);
  return found;
}

function sourceOf(metric: MetricOf, stat: string, period: number): Source {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const dimensions = Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, text(Value)]));
  return { namespace: metric.Namespace, name: metric.MetricName, dimensions, stat, period };
}

/** The metrics of an alarm, by id. An alarm without an expression has one metric, without an id. */
export function sourcesOf(alarm: AlarmDefinition): ReadonlyMap<string, Source> {
  if (alarm.Metrics === undefined) {
    const { Namespace = '', MetricName = '', Dimensions = [], Period = 0 } = alarm;
    const stat = alarm.Statistic ?? alarm.ExtendedStatistic ?? '';
    return new Map([['', sourceOf({ Namespace, MetricName, Dimensions }, stat, Period)]]);
  }
  return new Map(
    alarm.Metrics.flatMap(({ Id, MetricStat: of }) =>
      of === undefined ? [] : [[Id, sourceOf(of.Metric, of.Stat, of.Period)] as const],
    ),
  );
}

/** Period of the alarm, in seconds. */
export function periodOf(alarm: AlarmDefinition): number {
  const [period, ...others] = new Set([...sourcesOf(alarm).values()].map((source) => source.period));
  if (period === undefined || others.length > 0) throw new Error('an alarm has one period');
  return period;
}

const key = (name: string, dimensions: Readonly<Record<string, string>>) =>
  JSON.stringify([name, Object.entries(dimensions).sort()]);

/** A metric's value in one period; undefined without a datapoint. All dimensions must match, as in CloudWatch. */
function valueIn(source: Source, points: readonly Datapoint[], startMs: number): number | undefined {
  const wanted = key(source.name, source.dimensions);
  const values = points
    .filter(({ namespace, name, dimensions }) => namespace === source.namespace && key(name, dimensions) === wanted)
    .filter(({ timeMs }) => timeMs >= startMs && timeMs < startMs + source.period * 1000)
    .map(({ value }) => value);
  return values.length === 0 ? undefined : pick(statistics, source.stat)(values);
}

function alarmValue(alarm: AlarmDefinition, points: readonly Datapoint[], startMs: number): number | undefined {
  const sources = sourcesOf(alarm);
  const plain = sources.get('');
  if (plain !== undefined) return valueIn(plain, points, startMs);
  const [result, ...others] = (alarm.Metrics ?? []).filter(({ ReturnData }) => ReturnData !== false);
  const [, ids] = /^SUM\(\[([\w, ]+)\]\)$/.exec(result?.Expression ?? '') ?? [];
  if (ids === undefined || others.length > 0) throw new Error(`the evaluator does not know ${result?.Expression}`);
  const parts = ids.split(', ').map((id) => {
    const source = sources.get(id);
    if (source === undefined) throw new Error(`no metric ${id}`);
    return valueIn(source, points, startMs);
  });
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, part) => sum + part, 0);
}

/**
 * The state of the alarm after the period that ends at `endMs`: ALARM if M of the last N periods breach.
 *
 * @param endMs epoch milliseconds, on the edge of a period
 */
export function evaluate(alarm: AlarmDefinition, points: readonly Datapoint[], endMs: number): AlarmState {
  const breaches = pick(comparisons, alarm.ComparisonOperator);
  const missing = pick({ notBreaching: false, breaching: true }, alarm.TreatMissingData);
  const periodMs = periodOf(alarm) * 1000;
  if (endMs % periodMs !== 0) throw new Error('not the end of a period');
  const verdicts = Array.from({ length: alarm.EvaluationPeriods }, (_, back) => {
    const value = alarmValue(alarm, points, endMs - (back + 1) * periodMs);
    return value === undefined ? missing : breaches(value, alarm.Threshold);
  });
  return verdicts.filter(Boolean).length >= alarm.DatapointsToAlarm ? 'ALARM' : 'OK';
}
