import { expect, test } from 'vitest';
import {
  assumptions,
  assumptionText,
  kinds,
  logBytes,
  monthTable,
  perMillion,
  priceText,
  requestTable,
} from '../../bin/cost.ts';
import { metrics } from '../../lambda/contract/metrics.ts';
import { captureLog } from '../support/capture-log.ts';
import { resources, synth } from '../synth/support/synth.ts';
import { readPage, root, section } from './support/pages.ts';

const page = section(readPage('docs/deploy.md'), 'What it costs');

test.each([
  ['where the prices are from', priceText()],
  ['a million requests', requestTable()],
  ['what users do', assumptionText()],
  ['a month', monthTable()],
])('docs/deploy.md says what `npm run cost` prints: %s', (_, text) => {
  expect(page).toContain(`\n${text}\n`);
});

test("a refresh is the sum of what is known: a gateway's and a function's request, one write and one read unit", () => {
  const { refresh } = kinds;
  expect([refresh.writeUnits, refresh.readUnits]).toEqual([1, 1]);
  const [gateway, request, time = 0, table, events, logs = 0] = perMillion(refresh);
  expect([gateway, request, table, events]).toEqual([1, 0.2, 0.75, 0]);
  // 512 MB for 25 ms, a million times, are 12,500 GB-seconds.
  expect(time).toBeCloseTo(12_500 * 0.0000133334, 9);
  expect(logs).toBeCloseTo(1.05 * 0.5, 9);
});

test('what is paid without any user is what the template has', () => {
  const { template } = synth();
  template.resourceCountIs('AWS::SecretsManager::Secret', assumptions.secrets);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  const alarms = [...resources(template, 'AWS::CloudWatch::Alarm').values()];
  const watched = alarms.map(({ Properties }) => {
    const parts = (Properties.Metrics ?? []) as readonly { readonly MetricStat?: object }[];
    return parts.filter(({ MetricStat }) => MetricStat !== undefined).length || 1;
  });
  expect(watched.reduce((all, one) => all + one, 0)).toBe(assumptions.alarmMetrics);
  expect(assumptions.customMetrics).toBeGreaterThan(Object.keys(metrics).length);
});

test('the memory is what the functions have', () => {
  const { template } = synth();
  const memory = (id: RegExp) =>
    [...resources(template, 'AWS::Lambda::Function')].find(([name]) => id.test(name))?.[1].Properties.MemorySize;
  expect(memory(/Refresh/)).toBe(kinds.refresh.memoryMb);
  expect(memory(/Login/)).toBe(kinds.login.memoryMb);
  expect(memory(/Authorizer/)).toBe(kinds.authorizer.memoryMb);
});

test('a line of log is not longer than assumed, with what Lambda writes besides', async () => {
  process.env.PAWL_SERVICE = 'Pawl/TokenService';
  const { log } = await import(`${root}/lambda/log.ts`);
  const written = captureLog();
  const ids = { subject: 'u'.repeat(26), sessionId: 's'.repeat(22), clientId: 'default', requestId: 'r'.repeat(16) };
  log({
    level: 'info',
    route: 'refresh',
    status: 200,
    outcome: 'rotated',
    ...ids,
    sourceIp: '203.0.113.17',
    durationMs: 12,
  });
  delete process.env.PAWL_SERVICE;
  // START, END and REPORT, and 26 bytes that CloudWatch counts for each of the four.
  const lambda = 60 + 55 + 210 + 4 * 26;
  expect(written.text().length + lambda).toBeLessThanOrEqual(logBytes);
});
