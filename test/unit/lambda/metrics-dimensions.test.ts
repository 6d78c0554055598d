import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MetricName, metrics, serviceVariable } from '../../../lambda/contract/metrics.ts';
import { invalidGrant, Refusal, Unavailable } from '../../../lambda/core/errors.ts';
import { endpoint } from '../../../lambda/http/endpoint.ts';
import { captureLog } from '../../support/capture-log.ts';
import { datapoints } from '../../support/emf.ts';
import { httpEvent } from '../../support/http-event.ts';

beforeEach(() => void vi.stubEnv(serviceVariable, 'Pawl/TokenService'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('no dimension tells about a person or grows with use', () => {
  const personal = { subject: 'alice', sessionId: 'sid', clientId: 'app', sourceIp: '192.0.2.1', requestId: 'r' };

  test('whatever the line holds', async () => {
    const captured = captureLog();
    const failures = [
      invalidGrant('token_reused', personal),
      new Refusal('slow_down', 'address_throttled', 'Wait.', personal),
      new Unavailable('store_unavailable'),
      new Error('alice'),
    ];
    for (const route of ['login', 'refresh', 'revoke']) {
      for (const failure of failures) {
        await endpoint(route, 1, async () => {
          throw failure;
        })(httpEvent());
      }
      await endpoint(route, 1, async () => ({ status: 200, body: {}, facts: { outcome: 'rotated', ...personal } }))(
        httpEvent(),
      );
    }
    const values = captured
      .text()
      .split('\n')
      .filter(Boolean)
      .flatMap(datapoints)
      .flatMap(({ dimensions }) => Object.values(dimensions));
    expect(values.length).toBeGreaterThan(20);
    expect(values.filter((value) => Object.values(personal).includes(value))).toEqual([]);
  });

  test('the closed list has none', () => {
    const dimensions = new Set(Object.values(metrics).flatMap(({ by }) => by as readonly string[]));
    expect([...dimensions].sort()).toEqual(['outcome', 'reason', 'ring', 'route']);
    expect((Object.keys(metrics) as MetricName[]).length).toBe(12);
  });
});
