import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { refreshOutcomes, serviceVariable } from '../../../lambda/contract/metrics.ts';
import { invalidGrant, type PrivateReason } from '../../../lambda/core/errors.ts';
import { endpoint } from '../../../lambda/http/endpoint.ts';
import { log } from '../../../lambda/log.ts';
import type { LogLine } from '../../../lambda/log-line.ts';
import { keyAgeDays } from '../../../lambda/metrics.ts';
import { captureLog } from '../../support/capture-log.ts';
import { datapoints } from '../../support/emf.ts';
import { httpEvent } from '../../support/http-event.ts';

const service = 'Pawl/TokenService';
beforeEach(() => void vi.stubEnv(serviceVariable, service));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What a line measures: `name dimension=value ...: value`. */
function measured(line: Partial<LogLine>): readonly string[] {
  const captured = captureLog();
  log({ level: 'info', route: 'metadata', outcome: 'ok', ...line });
  return pointsIn(captured);
}

function pointsIn(captured: ReturnType<typeof captureLog>): readonly string[] {
  return captured.text().split('\n').filter(Boolean).flatMap(datapoints).map(short);
}

function short({ name, dimensions, value, namespace }: ReturnType<typeof datapoints>[number]): string {
  const { service: of, ...rest } = dimensions;
  expect([namespace, of]).toEqual(['Pawl', service]);
  return `${[name, ...Object.entries(rest).map(([key, text]) => `${key}=${text}`)].join(' ')}: ${value}`;
}

describe('a line measures', () => {
  test.each<[string, Partial<LogLine>, readonly string[]]>([
    ['nothing', {}, []],
    ['its time only on routes whose time is a metric', { route: 'sessions', durationMs: 7 }, []],
    [
      'a login',
      { route: 'login', outcome: 'session_started', durationMs: 7 },
      ['logins outcome=session_started: 1', 'durationMs route=login: 7'],
    ],
    [
      'a login that was throttled',
      { route: 'login', outcome: 'slow_down', reason: 'account_throttled' },
      ['logins outcome=slow_down: 1', 'throttles reason=account_throttled: 1'],
    ],
    ['a refresh', { route: 'refresh', outcome: 'rotated' }, ['refreshes outcome=rotated: 1']],
    [
      'reuse, which ends a session',
      { route: 'refresh', outcome: 'reuse', reason: 'token_reused' },
      ['refreshes outcome=reuse: 1', 'revocations route=refresh: 1'],
    ],
    ['a refresh that could not be read', { route: 'refresh', outcome: 'invalid_request' }, []],
    [
      'a refresh that was not decided',
      { route: 'refresh', outcome: 'unavailable', reason: 'store_unavailable' },
      ['faults reason=store_unavailable: 1'],
    ],
    ['a fault', { outcome: 'failed', reason: 'unexpected' }, ['faults reason=unexpected: 1']],
    ['a logout', { route: 'revoke', outcome: 'revoked' }, ['revocations route=revoke: 1']],
    ['a logout of an ended session', { route: 'revoke', outcome: 'already_dead' }, []],
    ["everyone's logout", { route: 'revoke-all', outcome: 'others_revoked' }, ['revocations route=revoke-all: 1']],
    [
      'a signal',
      { route: 'signals', outcome: 'revoked' },
      ['revocations route=signals: 1', 'signals outcome=revoked: 1'],
    ],
    [
      'a signal that failed',
      { route: 'signals', outcome: 'failed', reason: 'store_unavailable' },
      ['faults reason=store_unavailable: 1', 'signals outcome=failed: 1'],
    ],
    ['an event that nobody heard', { route: 'events', outcome: 'unpublished' }, ['unpublished: 1']],
    ['a verdict', { route: 'authorizer', outcome: 'allowed', durationMs: 1 }, ['authorized: 1']],
    ['many verdicts', { route: 'authorizer', outcome: 'allowed', calls: 1000, durationMs: 1 }, ['authorized: 1000']],
    [
      'a token that is over',
      { route: 'authorizer', outcome: 'refused', reason: 'token_expired' },
      ['refusals reason=token_expired: 1'],
    ],
    [
      'a token that is bad',
      { route: 'authorizer', outcome: 'refused', reason: 'token_forged' },
      ['badAccessTokens: 1', 'refusals reason=token_forged: 1'],
    ],
    [
      'the age of a key',
      { route: 'rotate-keys', outcome: 'not_due', ring: 'ratchet', keyAgeDays: 31.5 },
      ['keyAgeDays ring=ratchet: 31.5'],
    ],
  ])('%s', (_, line, expected) => {
    expect([...measured(line)].sort()).toEqual([...expected].sort());
  });

  test('a metric whose dimension has no value is left out, and takes no other with it', () => {
    expect(measured({ route: 'login', outcome: 'failed', durationMs: 3 })).toEqual([
      'logins outcome=failed: 1',
      'durationMs route=login: 3',
    ]);
  });
});

test('every refused refresh has an outcome of the protocol', async () => {
  const outcome = async (reason: PrivateReason) => {
    const captured = captureLog();
    await endpoint('refresh', 1, () => Promise.reject(invalidGrant(reason)))(httpEvent());
    return pointsIn(captured)[0];
  };
  expect(await outcome('token_reused')).toBe('refreshes outcome=reuse: 1');
  expect(await outcome('token_impossible')).toBe('refreshes outcome=impossible: 1');
  for (const reason of ['token_malformed', 'token_forged'] as const)
    expect(await outcome(reason)).toBe('refreshes outcome=forged: 1');
  for (const reason of ['session_unknown', 'client_mismatch', 'account_dead', 'session_expired'] as const) {
    expect(await outcome(reason)).toBe('refreshes outcome=dead: 1');
  }
  expect(refreshOutcomes).toContain('forged');
});

test('one line is all there is: request, metrics and their source', async () => {
  const captured = captureLog();
  await endpoint('refresh', 1, async () => {
    throw invalidGrant('token_reused', { subject: 'alice', sessionId: 'sid' });
  })(httpEvent());
  expect(captured.text()).toMatch(/^[^\n]+\n$/);
  expect(captured.all()).toEqual([
    {
      time: expect.any(String),
      level: 'warn',
      route: 'refresh',
      requestId: 'request-id',
      sourceIp: '192.0.2.1',
      status: 400,
      outcome: 'reuse',
      reason: 'token_reused',
      subject: 'alice',
      sessionId: 'sid',
      durationMs: expect.any(Number),
      service,
      refreshes: 1,
      revocations: 1,
      _aws: {
        Timestamp: Date.parse(String(captured.all()[0]?.time)),
        CloudWatchMetrics: [
          { Namespace: 'Pawl', Dimensions: [['service', 'outcome']], Metrics: [{ Name: 'refreshes', Unit: 'Count' }] },
          {
            Namespace: 'Pawl',
            Dimensions: [['service', 'route']],
            Metrics: [
              { Name: 'revocations', Unit: 'Count' },
              { Name: 'durationMs', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
    },
  ]);
});

test('outside of a deployed function there are no metrics', () => {
  vi.stubEnv(serviceVariable, undefined);
  expect(measured({ route: 'login', outcome: 'session_started' })).toEqual([]);
});

test.each([
  [[0], 86_400_000, 1],
  [[86_400_000, 0], 129_600_000, 1.5],
  [[5], 0, 0],
  [[], 5, 0],
])('a key in use since %j has been so at %i for %d days', (since, now, days) => {
  expect(keyAgeDays(since, now)).toBe(days);
});
