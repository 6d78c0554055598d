import { expect, test } from 'vitest';
import { metrics, refreshOutcomes } from '../../lambda/contract/metrics.ts';
import { alarmThresholds, essentialAlarms } from '../../lib/alarm-thresholds.ts';
import { grouped, readPage, section, tableRows } from './support/pages.ts';

const page = readPage('docs/operate.md');
const rows = (heading: string) => tableRows(section(page, heading)).slice(1);
const code = (cell = '') => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);

test('docs/operate.md has every metric with its unit and dimensions', () => {
  const written = rows('Metrics').map(([name, unit, by]) => [code(name)[0], { unit, by: code(by) }]);
  expect(Object.fromEntries(written)).toEqual(metrics);
  const refreshes = rows('Metrics').find(([name]) => name === '`refreshes`');
  expect(code(refreshes?.[3])).toEqual(refreshOutcomes);
});

test('docs/operate.md has every alarm with its threshold', () => {
  const written = rows('Alarms').map(([name, threshold = '']) => [code(name)[0], /\d[\d,]*\d|\d/.exec(threshold)?.[0]]);
  const defaults = { ...alarmThresholds, keyAge: 3 };
  expect(Object.fromEntries(written)).toEqual(
    Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, grouped(value)])),
  );
  const on = rows('Alarms').filter(([, , , byDefault]) => byDefault === 'on');
  expect(on.map(([name]) => code(name)[0]).sort()).toEqual([...essentialAlarms].sort());
});
