import { expect, test } from 'vitest';
import { kinds, lineBytes, perMillion } from '../../scripts/cost-kinds.ts';
import { cognitoMonth } from '../../scripts/cost-prices.ts';
import { detailed, idle, metricSeries, standing } from '../../scripts/cost-standing.ts';
import { assumptionText, idleTable, monthTable, priceText, requestTable } from '../../scripts/cost-tables.ts';
import { captureLog } from '../support/capture-log.ts';
import { resources, synth } from '../synth/support/synth.ts';
import { readPage, root, section } from './support/pages.ts';

const page = section(readPage('docs/deploy.md'), 'What it costs');

test.each([
  ['where the prices are from', priceText()],
  ['a million requests', requestTable()],
  ['a month without users', idleTable()],
  ['what users do', assumptionText()],
  ['a month', monthTable()],
])('docs/deploy.md says what `npm run cost` prints: %s', (_, text) => {
  expect(page).toContain(`\n${text}\n`);
});

test("a refresh is the sum of what is known: a gateway's and a function's request, one write and one read unit", () => {
  const { refresh } = kinds;
  expect([refresh.writeUnits, refresh.readUnits]).toEqual([1, 1]);
  const [gateway, request, time = 0, init = 0, table, secrets = 0, events, logs = 0] = perMillion(refresh);
  expect([gateway, request, table, events]).toEqual([1, 0.2, 0.75, 0]);
  // 512 MB for 25 ms, a million times, are 12,500 GB-seconds.
  expect(time).toBeCloseTo(12_500 * 0.0000133334, 9);
  // One in a hundred starts an instance for 350 ms, which reads two secrets at $0.05 for 10,000.
  expect(init).toBeCloseTo(0.5 * 0.35 * 10_000 * 0.0000133334, 9);
  expect(secrets).toBeCloseTo((2 * 10_000 * 0.05) / 10_000, 9);
  expect(logs).toBeCloseTo(0.65 * 0.5, 9);
});

const total = (costs: readonly number[]) => costs.reduce((all, one) => all + one, 0);

test('goals: a million calls of the authorizer for at most $0.30, an idle stack for less than $3', () => {
  expect(kinds.authorizer.memoryMb).toBe(512);
  expect(total(perMillion(kinds.authorizer))).toBeLessThanOrEqual(0.3);
  expect(total(idle().map(([, cost]) => cost))).toBeLessThan(3);
});

test('Cognito: ten thousand users are free, and Lite is cheaper in steps', () => {
  expect([cognitoMonth('essentials', 10_000), cognitoMonth('lite', 9_000)]).toEqual([0, 0]);
  expect(cognitoMonth('essentials', 110_000)).toBeCloseTo(1500, 9);
  expect(cognitoMonth('lite', 110_000)).toBeCloseTo(90_000 * 0.0055 + 10_000 * 0.0046, 9);
});

/** Metrics that the alarms of a template watch: what CloudWatch charges for. */
function alarmMetrics(template: ReturnType<typeof synth>['template']): number {
  const alarms = [...resources(template, 'AWS::CloudWatch::Alarm').values()];
  const watched = alarms.map(({ Properties }) => {
    const parts = (Properties.Metrics ?? []) as readonly { readonly MetricStat?: object }[];
    return parts.filter(({ MetricStat }) => MetricStat !== undefined).length || 1;
  });
  return total(watched);
}

test('what is paid without any user is what the template has', () => {
  const { template } = synth();
  template.resourceCountIs('AWS::SecretsManager::Secret', standing.secrets);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  expect(alarmMetrics(template)).toBe(standing.alarmMetrics);
  const { template: all } = synth({ detailedMonitoring: true });
  all.resourceCountIs('AWS::CloudWatch::Dashboard', detailed.dashboards);
  expect(alarmMetrics(all)).toBe(standing.alarmMetrics + detailed.alarmMetrics);
});

test('docs/operate.md says how many series of metrics there are', () => {
  expect(section(readPage('docs/operate.md'), 'Metrics')).toContain(
    `${total(Object.values(metricSeries))} when every combination occurs`,
  );
});

test('the memory is what the functions have', () => {
  const { template } = synth();
  const memory = (id: RegExp) =>
    [...resources(template, 'AWS::Lambda::Function')].find(([name]) => id.test(name))?.[1].Properties.MemorySize;
  expect(memory(/Refresh/)).toBe(kinds.refresh.memoryMb);
  expect(memory(/Login/)).toBe(kinds.login.memoryMb);
  expect(memory(/Authorizer/)).toBe(kinds.authorizer.memoryMb);
});

test('a line of log is not longer than assumed', async () => {
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
  // CloudWatch counts 26 bytes besides.
  expect(written.text().length + 26).toBeLessThanOrEqual(lineBytes);
});
