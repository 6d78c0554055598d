/** Reads metrics from log lines in CloudWatch's embedded metric format, as CloudWatch does. */

export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
}

const units = ['Count', 'Milliseconds', 'None'];

/** The datapoints of one line. Throws if the line is malformed, where CloudWatch drops it silently. */
export function datapoints(line: string): readonly Datapoint[] {
  const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  if (entry._aws === undefined) return [];
  const { Timestamp, CloudWatchMetrics } = entry._aws as {
    readonly Timestamp: unknown;
    readonly CloudWatchMetrics: readonly Directive[];
  };
  if (!Number.isSafeInteger(Timestamp)) throw new Error('Timestamp must be epoch milliseconds');
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) => {
    if (!/^[\w./#:-]{1,255}$/.test(Namespace)) throw new Error(`bad namespace ${Namespace}`);
    if (Metrics.length === 0 || Metrics.length > 100) throw new Error('1 to 100 metrics a directive');
    return Metrics.flatMap(({ Name, Unit = 'None' }) => {
      const value = entry[Name];
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${Name} is not a number`);
      if (!units.includes(Unit)) throw new Error(`${Name} has the unit ${Unit}`);
      return Dimensions.map((names) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, dimension(entry, name)])),
        value,
        unit: Unit,
        timeMs: Timestamp as number,
      }));
    });
  });
}

/** Dimension values are strings in the same line. */
function dimension(entry: Readonly<Record<string, unknown>>, name: string): string {
  const value = entry[name];
  if (typeof value !== 'string' || !/^[\x20-\x7e]{1,1024}$/.test(value)) throw new Error(`no dimension ${name}`);
  return value;
}
