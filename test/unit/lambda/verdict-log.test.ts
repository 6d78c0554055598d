import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { allowedCallsVariable } from '../../../lambda/contract/logging.ts';
import { serviceVariable } from '../../../lambda/contract/metrics.ts';
import type { LogLine } from '../../../lambda/log-line.ts';
import { countedForMs, maxCountedCalls, VerdictLog } from '../../../lambda/verdict-log.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/clock.ts';
import { datapoints } from '../../support/emf.ts';

beforeEach(() => void vi.stubEnv(serviceVariable, 'Pawl/TokenService'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const allowed = (durationMs = 1): LogLine => ({
  level: 'info',
  route: 'authorizer',
  requestId: 'r1',
  sourceIp: '192.0.2.1',
  outcome: 'allowed',
  subject: 'alice',
  sessionId: 's1',
  clientId: 'app',
  durationMs,
});
const refused = (): LogLine => ({
  level: 'info',
  route: 'authorizer',
  requestId: 'r2',
  sourceIp: '192.0.2.1',
  outcome: 'refused',
  reason: 'token_forged',
  durationMs: 0,
});

function open() {
  const clock = new FakeClock();
  const captured = captureLog();
  return { clock, captured, log: new VerdictLog(clock) };
}

function times(count: number, run: () => void): void {
  for (let done = 0; done < count; done += 1) run();
}

/** Allowed calls as CloudWatch adds them up. */
const sum = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .flatMap(datapoints)
    .filter(({ name }) => name === 'authorized')
    .reduce((all, { value }) => all + value, 0);

describe('allowed calls', () => {
  test('are counted and not written', () => {
    const { clock, captured, log } = open();
    times(maxCountedCalls - 1, () => log.write(allowed()));
    clock.advance(countedForMs - 1);
    expect(captured.text()).toBe('');
  });

  test('a thousand are one line, which says nothing of a single one', () => {
    const { clock, captured, log } = open();
    log.write(allowed(7));
    times(maxCountedCalls - 1, () => log.write(allowed(2)));
    expect(captured.all()).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        route: 'authorizer',
        outcome: 'allowed',
        calls: 1000,
        durationMs: 7,
        service: 'Pawl/TokenService',
        authorized: 1000,
        _aws: {
          Timestamp: clock.nowMs(),
          CloudWatchMetrics: [
            { Namespace: 'Pawl', Dimensions: [['service']], Metrics: [{ Name: 'authorized', Unit: 'Count' }] },
          ],
        },
      },
    ]);
    log.write(allowed());
    expect(captured.all()).toHaveLength(1);
  });

  test('of a minute are written by the first call after it, at the time of the last of them', () => {
    const { clock, captured, log } = open();
    log.write(allowed());
    clock.advance(countedForMs - 1);
    log.write(allowed());
    const lastMs = clock.nowMs();
    clock.advance(86_400_000);
    log.write(allowed());
    expect(captured.all()).toMatchObject([{ calls: 2, _aws: { Timestamp: lastMs } }]);
    clock.advance(countedForMs);
    log.write(allowed());
    expect(captured.all()).toHaveLength(2);
    expect(sum(captured.text())).toBe(3);
  });

  test('a clock that was set back does not hold them up', () => {
    const { clock, captured, log } = open();
    log.write(allowed());
    clock.advance(-3_600_000);
    log.write(allowed());
    expect(captured.all()).toMatchObject([{ calls: 1 }]);
  });

  test('none is missed or counted twice, whatever comes between', () => {
    const { clock, captured, log } = open();
    let written = 0;
    for (let call = 0; call < 5000; call += 1) {
      if (call % 977 === 0) log.write(refused());
      log.write(allowed());
      written += 1;
      clock.advance(call % 100);
    }
    log.write(refused());
    expect(sum(captured.text())).toBe(written);
    expect(captured.all().length).toBeLessThan(30);
  });
});

describe('a refusal', () => {
  test('is a line of its own, at once and whole, after the calls before it', () => {
    const { captured, log } = open();
    times(3, () => log.write(allowed()));
    times(2, () => log.write(refused()));
    expect(captured.all()).toMatchObject([
      { outcome: 'allowed', calls: 3 },
      { ...refused(), refusals: 1, badAccessTokens: 1 },
      { ...refused(), refusals: 1, badAccessTokens: 1 },
    ]);
  });

  test('a server fault is too', () => {
    const { captured, log } = open();
    log.write({ level: 'error', route: 'authorizer', outcome: 'unavailable', reason: 'keys_unavailable' });
    expect(captured.all()).toMatchObject([{ level: 'error', reason: 'keys_unavailable', faults: 1 }]);
  });
});

test('as asked, every allowed call is a line of its own, with who called', () => {
  vi.stubEnv(allowedCallsVariable, 'true');
  const { captured, log } = open();
  times(2, () => log.write(allowed()));
  expect(captured.all()).toMatchObject([allowed(), allowed()]);
  expect(sum(captured.text())).toBe(2);
});
