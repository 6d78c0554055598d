import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { metricNamespace, serviceVariable } from '../../lambda/contract/metrics.ts';
import { type AlarmName, alarmThresholds } from '../../lib/alarm-thresholds.ts';
import { readPage, section } from '../docs/support/pages.ts';
import { type AlarmDefinition, evaluate, periodOf, type Source, sourcesOf } from '../support/alarm-evaluator.ts';
import { captureLog } from '../support/capture-log.ts';
import { type Datapoint, datapoints } from '../support/emf.ts';
import { calm, emitters, environment, ticking } from './support/alarm-sources.ts';
import { dimensionsOf } from './support/known-metrics.ts';
import { resources, synth } from './support/synth.ts';

const { template } = synth({ detailedMonitoring: true });

/** An alarm of the template, and what its logical id is made of. */
interface Found {
  readonly name: AlarmName;
  readonly of: string;
  readonly alarm: AlarmDefinition;
}

const names = Object.keys(alarmThresholds) as AlarmName[];

const alarms: readonly Found[] = [...resources(template, 'AWS::CloudWatch::Alarm')].map(([id, { Properties }]) => {
  const label = id.replace(/^TokenServiceOperationsAlarms/, '').slice(0, -8);
  const name = names.find((one) => label.toLowerCase().startsWith(one.toLowerCase()));
  if (name === undefined) throw new Error(`unknown alarm ${id}`);
  return { name, of: label.slice(name.length), alarm: Properties as unknown as AlarmDefinition };
});

beforeEach(() => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What the code logs while it runs at an instant, as datapoints. */
async function emitted(atMs: number, run: () => Promise<void>): Promise<readonly Datapoint[]> {
  vi.useFakeTimers({ toFake: ['Date'], now: atMs });
  vi.spyOn(performance, 'now').mockImplementation(() => ticking.nowMs);
  const log = captureLog();
  await run();
  const lines = log.text().split('\n').filter(Boolean);
  vi.restoreAllMocks();
  vi.useRealTimers();
  return lines.flatMap(datapoints);
}

/** How often a source must emit in a period to be over the threshold; one value is enough where they are not added up. */
const needed = (alarm: AlarmDefinition, { stat }: Source) => (stat === 'Sum' ? alarm.Threshold : 1);

/** Runs the emitting code the given number of times; for a metric that AWS publishes, one datapoint is inserted instead. */
async function disturb({ name, of, alarm }: Found, source: Source, times: number, atMs: number) {
  const emit = emitters[name];
  if (emit === undefined) {
    const { namespace, dimensions } = source;
    return [{ namespace, name: source.name, dimensions, value: times, unit: 'Count', timeMs: atMs }];
  }
  expect(alarm.Namespace).toBe(metricNamespace);
  return emitted(atMs, async () => {
    for (let time = 0; time < times; time += 1) await emit(of);
  });
}

/** The alarm's states after each period: three calm ones, some disturbed ones, three calm ones. */
async function history(found: Found, source: Source, disturbed: number, times: number) {
  const periodMs = periodOf(found.alarm) * 1000;
  const start = Math.floor(Date.UTC(2026, 0, 5) / periodMs) * periodMs;
  const points: Datapoint[] = [];
  const states: string[] = [];
  for (let period = 0; period < disturbed + 6; period += 1) {
    const atMs = start + period * periodMs + 1000;
    const isCalm = period < 3 || period >= disturbed + 3;
    const now = isCalm
      ? await emitted(atMs, () => calm(found.name, found.of))
      : await disturb(found, source, times, atMs);
    points.push(...now);
    // No alarm uses older periods than these, but the first two days have no yesterday.
    if (period >= 2) states.push(evaluate(found.alarm, points, start + (period + 1) * periodMs));
  }
  return states;
}

const rises = (states: readonly string[]) =>
  states.filter((state, index) => state === 'ALARM' && states[index - 1] !== 'ALARM').length;

const table: string[][] = [['alarm', 'metric', 'goes off at', 'source', 'fired']];
afterAll(() => {
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  console.info(lines.join('\n'));
});

const sourceText = ({ namespace, name, dimensions }: Source) => {
  const own = Object.entries(dimensions).filter(([key, value]) => key !== 'service' && !value.startsWith('{'));
  return `${namespace} ${name}${own.map(([key, value]) => ` ${key}=${value}`).join('')}`;
};

const cases = alarms.flatMap((found) =>
  [...sourcesOf(found.alarm).values()].map((source) => [found.name, found.of, found, source] as const),
);

describe('each alarm fires once when its metric crosses the threshold, and not before or after', () => {
  test.each(cases)('%s %s', async (name, of, found, source) => {
    const { alarm } = found;
    const states = await history(found, source, alarm.EvaluationPeriods, needed(alarm, source));
    expect(states.slice(0, 1)).toEqual(['OK']);
    expect(states.at(-1)).toBe('OK');
    expect(rises(states)).toBe(1);
    const sign = alarm.ComparisonOperator.includes('OrEqual') ? '>=' : '>';
    const when = `${source.stat} ${sign} ${alarm.Threshold}, ${alarm.DatapointsToAlarm} x ${periodOf(alarm)} s`;
    const how = emitters[name] === undefined ? 'datapoint fed' : 'log lines of the real code';
    table.push([`${name} ${of}`.trim(), sourceText(source), when, how, String(rises(states))]);
  });

  test.each(cases.filter(([, , { alarm }, source]) => needed(alarm, source) > 1))(
    '%s %s: one less raises no alarm',
    async (_, _of, found, source) => {
      const states = await history(found, source, 1, needed(found.alarm, source) - 1);
      expect(states.filter((state) => state !== 'OK')).toEqual([]);
    },
  );

  test.each(cases.filter(([, , { alarm }]) => alarm.EvaluationPeriods > 1))(
    '%s %s: once raises no alarm',
    async (_, _of, found, source) => {
      const states = await history(found, source, found.alarm.EvaluationPeriods - 1, needed(found.alarm, source));
      expect(states.filter((state) => state !== 'OK')).toEqual([]);
    },
  );
});

test('silence is good news, except about the keys', () => {
  const silent = alarms.map(({ name, alarm }) => [name, evaluate(alarm, [], periodOf(alarm) * 10_000)] as const);
  const alarmed = silent.filter(([, state]) => state !== 'OK').map(([name]) => name);
  expect(alarmed).toEqual(['keyAge', 'keyAge']);
});

describe('every alarm', () => {
  test('that the code has a threshold for is in the template', () => {
    expect([...new Set(alarms.map(({ name }) => name))].sort()).toEqual([...names].sort());
  });

  test.each(alarms.map((found) => [found.name, found.of, found] as const))(
    '%s %s looks at a metric that the code emits or AWS publishes, and says what to do',
    (_, _of, { alarm }) => {
      for (const { namespace, name, dimensions } of sourcesOf(alarm).values()) {
        expect(dimensionsOf(namespace, name)).toEqual(Object.keys(dimensions).sort());
      }
      const [, heading = ''] = /docs\/operate\.md, "(.+)"\.$/.exec(alarm.AlarmDescription) ?? [];
      expect(section(readPage('docs/operate.md'), heading).trim()).not.toBe('');
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
    },
  );

  test('notifies the topic when it starts and when it ends', () => {
    const [[topic] = []] = [[...resources(template, 'AWS::SNS::Topic').keys()]];
    for (const { alarm } of alarms) {
      expect(alarm.AlarmActions).toEqual([{ Ref: topic }]);
      expect(alarm.OKActions).toEqual([{ Ref: topic }]);
    }
  });

  test('fits into what CloudWatch evaluates: seven days, one for periods below an hour', () => {
    for (const { alarm } of alarms) {
      const most = periodOf(alarm) >= 3600 ? 604_800 : 86_400;
      expect(periodOf(alarm) * alarm.EvaluationPeriods).toBeLessThanOrEqual(most);
    }
  });
});

test('the dimension `service` is the one that the functions write', () => {
  const own = alarms.filter(({ alarm }) => alarm.Namespace === metricNamespace);
  const values = own.map(({ alarm }) => sourcesOf(alarm).get('')?.dimensions.service);
  const written = [...resources(template, 'AWS::Lambda::Function').values()].map(
    ({ Properties }) => (Properties.Environment as { Variables: Record<string, string> }).Variables[serviceVariable],
  );
  expect(new Set([...values, ...written])).toEqual(new Set(['Pawl/TokenService']));
});
