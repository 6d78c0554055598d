import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pawl } from './support/account.ts';
import { type ProxiedService, startProxied } from './support/service.ts';

/** `pawl doctor` against the local service, healthy and not. */

let service: ProxiedService;

beforeAll(async () => {
  service = await startProxied();
}, 60_000);
afterAll(() => service.stop());

interface Line {
  readonly check: string;
  readonly state: string;
  readonly said: string;
}

async function doctor(...more: readonly string[]) {
  const { code, stdout, stderr } = await pawl(service, ['doctor', '--local', '--json', ...more]);
  const lines = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
  return { code, stderr, found: new Map(lines.map((line) => [line.check, line])) };
}

test('a healthy service: every check is ok, or needs AWS', async () => {
  const { code, stderr, found } = await doctor();
  expect([code, stderr]).toEqual([0, '']);
  const states = Object.fromEntries([...found].map(([check, { state }]) => [check, state]));
  expect(states).toEqual({
    clock: 'ok',
    'key ages': 'ok',
    'published keys': 'ok',
    issuer: 'ok',
    'alarm subscribers': 'skipped',
    alarms: 'skipped',
    'dead letters': 'ok',
    settings: 'ok',
    'revocation delay': 'ok',
    'Lambda concurrency': 'skipped',
  });
  expect(found.get('settings')?.said).toContain('access token 600 s, idle 1209600 s');
  expect(found.get('revocation delay')?.said).toContain('600 s');
  expect([...found.values()].map(({ said }) => said).join('\n')).not.toMatch(/AWS|Secrets Manager|Lambda|CloudWatch/);
});

test('a round trip leaves no user behind', async () => {
  const { code, found } = await doctor('--round-trip');
  expect([code, found.get('round trip')?.state]).toEqual([0, 'ok']);
  const listed = await pawl(service, ['users', 'list', '--local', '--json']);
  expect(listed).toMatchObject({ code: 0, stdout: '' });
});

describe('what is wrong is said, with what to do', () => {
  test('keys that should have rotated', async () => {
    service.local.advance(40 * 86_400);
    const { code, stderr, found } = await doctor();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^1 of 10 checks found a problem\n$/);
    expect(found.get('key ages')).toMatchObject({ state: 'problem', said: expect.stringContaining('due every 30') });
  });

  test('a signal that could not be carried out', async () => {
    const bus = String(service.local.environmentOf('TokenServiceSignals').EVENT_BUS_NAME);
    const entry = { EventBusName: bus, Source: 'pawl.signal', DetailType: 'TheftSuspected', Detail: '{"subject":1}' };
    await fetch(String(service.local.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE), {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: [entry] }),
    });
    await expect.poll(() => service.local.deadLetters('DeadLetters').length, { timeout: 10_000 }).toBe(1);
    expect((await doctor()).found.get('dead letters')).toMatchObject({
      state: 'problem',
      said: expect.stringMatching(/^1: sessions may be alive/),
    });
  });
});
