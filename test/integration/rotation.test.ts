import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

const day = 86_400;
let service: ProxiedService;
let user: User;

const open = () => session.openSession(service, user);
const refresh = async (token: string) => session.tokensOf(await session.refresh(service, token));
const kidOf = (accessToken: string) =>
  (JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
/** The first field of the body, behind one byte of length. */
const keyIdOf = (refreshToken: string) => {
  const body = Buffer.from(refreshToken.split('.')[1] ?? '', 'base64url');
  return body.subarray(1, 1 + (body[0] ?? 0)).toString();
};

/** What the schedule does. */
async function dailyRun(): Promise<readonly string[]> {
  const outcome = await service.local.invoke('TokenServiceKeyRotation', { force: false });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return (outcome.payload as { outcome: string }[]).map((report) => report.outcome);
}

const lines = (since = 0) =>
  service.local.logs.slice(since).map(({ line }) => {
    try {
      return JSON.parse(line) as Readonly<Record<string, unknown>>;
    } catch {
      return { line };
    }
  });
const jwksRequests = () => lines().filter(({ route }) => route === 'metadata').length;

describe('two rotations under load', () => {
  beforeAll(async () => {
    service = await startProxied();
    user = await service.addUser();
  }, 60_000);
  afterAll(() => service.stop());

  const rotations: number[] = [];
  const jwksAfter: number[] = [];
  const kids = new Set<string>();
  const keyIds = new Set<string>();
  const out: { readonly token: string; readonly exp: number }[] = [];
  const failures: string[] = [];
  let calls = 0;
  let tokens: session.Tokens;

  const nowSeconds = (token: string) => Number(session.claimsOf(token).iat);

  /** One round of the client: refresh, /me, and /me again with every older access token that has not expired. */
  async function round(): Promise<void> {
    const reply = await session.refresh(service, tokens.refreshToken);
    calls += 1;
    if (reply.status !== 200) failures.push(`refresh ${reply.status} ${reply.text}`);
    else tokens = session.tokensOf(reply);
    kids.add(kidOf(tokens.accessToken));
    keyIds.add(keyIdOf(tokens.refreshToken));
    const now = nowSeconds(tokens.accessToken);
    out.push({ token: tokens.accessToken, exp: Number(session.claimsOf(tokens.accessToken).exp) });
    const alive = out.filter(({ exp }) => exp > now + 5);
    out.splice(0, out.length, ...alive);
    const replies = await Promise.all(alive.slice(-12).map(({ token }) => session.me(service, token)));
    calls += replies.length;
    for (const each of replies) if (each.status !== 200) failures.push(`/me ${each.status} ${each.text}`);
  }

  test('a client that refreshes and calls /me all the time notices nothing in 62 days', async () => {
    tokens = await open();
    for (let today = 1; today <= 62; today += 1) {
      service.local.advance(day);
      const before = [kids.size, keyIds.size];
      let running = true;
      const run = dailyRun().finally(() => {
        running = false;
      });
      do await round();
      while (running);
      if ((await run).join() !== 'rotated,rotated') continue;
      rotations.push(today);
      // Through the cache period, in which some functions still have the old ring, and past the last old access token.
      for (let step = 0; step < 8; step += 1) {
        await round();
        service.local.advance(55);
      }
      expect([kids.size, keyIds.size]).toEqual(before.map((size) => size + 1));
      jwksAfter.push(jwksRequests());
      for (let step = 0; step < 8; step += 1) {
        service.local.advance(55);
        await round();
      }
    }
    expect(failures).toEqual([]);
    expect(rotations).toEqual([30, 60]);
    expect([kids.size, keyIds.size]).toEqual([3, 3]);
    expect(calls).toBeGreaterThan(200);
    if (process.env.PRINT_TABLES !== undefined) process.stdout.write(`${calls} calls, ${failures.length} failures\n`);
  });

  test('the authorizer asks for keys when those of its deployment are a day old, then once for each day of this use', () => {
    const [first = 0, second = 0] = jwksAfter;
    // Each daily run asks once too, whether the issuer shows the keys.
    for (const [asked, days] of [
      [first, 30],
      [second, 60],
    ] as const)
      expect(Math.abs(asked - days - days)).toBeLessThanOrEqual(2);
  });

  test('no line is a warning or an error', () => {
    expect(lines().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });
});

describe('refresh tokens of old keys', () => {
  beforeAll(async () => {
    service = await startProxied({ context: { graceSeconds: '600', rotationFloorSeconds: '620' } });
    user = await service.addUser();
  }, 60_000);
  afterAll(() => service.stop());

  test('a retry on the other side of a rotation, and of a cache period, gets the same successor', async () => {
    const first = await open();
    service.local.advance(30 * day);
    const sleeper = await open();
    // The function loads the ring here, so it goes on with it after the rotation.
    await refresh((await open()).refreshToken);
    expect(await dailyRun()).toEqual(['rotated', 'rotated']);
    const next = await refresh(sleeper.refreshToken);
    expect(keyIdOf(next.refreshToken)).toBe(keyIdOf(first.refreshToken));
    service.local.advance(400);
    // A run that tidies up must leave the key of that successor.
    expect(await dailyRun()).toEqual(['not_due', 'not_due']);
    expect((await refresh(sleeper.refreshToken)).refreshToken).toBe(next.refreshToken);
    // What is issued from now on has the new key.
    expect(keyIdOf((await open()).refreshToken)).not.toBe(keyIdOf(first.refreshToken));
  });

  test('of an old key still rotate, and still show reuse after longer than a session may idle', async () => {
    service.local.advance(30 * day);
    const asleep = await open();
    const awake = await open();
    expect(await dailyRun()).toEqual(['rotated', 'rotated']);
    service.local.advance(13 * day);
    await dailyRun();
    const woken = await refresh(asleep.refreshToken);
    expect(keyIdOf(woken.refreshToken)).not.toBe(keyIdOf(asleep.refreshToken));
    const renewed = await refresh(awake.refreshToken);

    service.local.advance(2 * day);
    expect(await dailyRun()).toEqual(['not_due', 'not_due']);
    const before = service.local.logs.length;
    session.expectError(await session.refresh(service, awake.refreshToken), 400, 'invalid_grant');
    expect(refusal(before)).toEqual(['warn', 'token_reused']);
    session.expectError(await session.refresh(service, renewed.refreshToken), 400, 'invalid_grant');

    // When no session of the key can live any more it is gone, and nobody is alarmed.
    service.local.advance(76 * day);
    await dailyRun();
    const later = service.local.logs.length;
    session.expectError(await session.refresh(service, awake.refreshToken), 400, 'invalid_grant');
    expect(refusal(later)).toEqual(['info', 'token_forged']);
  });

  /** Level and reason of the one refresh since then. */
  function refusal(since: number): unknown[] {
    const [line, ...more] = lines(since).filter(({ route }) => route === 'refresh');
    expect(more).toEqual([]);
    return [line?.level, line?.reason];
  }
});
