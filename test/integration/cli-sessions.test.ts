import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CommandResult, pawl } from './support/account.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

let service: ProxiedService;
let user: User;

beforeAll(async () => {
  service = await startProxied();
}, 60_000);
beforeEach(async () => {
  service.local.advance(3600);
  user = await service.addUser();
});
afterAll(() => service.stop());

const run = (line: readonly string[], options: Parameters<typeof pawl>[2] = {}): Promise<CommandResult> =>
  pawl(service, [...line, '--local'], options);
const jsonOf = ({ stdout }: CommandResult) =>
  stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
const serviceTime = async () =>
  ((await (await fetch(`${service.local.url}/local/stack.json`)).json()) as { now: number }).now;
/** Commands that end sessions say what they cannot end. */
const liveOn = 'access tokens already issued stay valid until they expire, within 10 minutes\n';
const sidOf = (accessToken: string) => String(session.claimsOf(accessToken).sid);

describe('sessions', () => {
  test('list, show and end one of two; the other goes on', async () => {
    const one = await session.openSession(service, user, { device_name: 'phone' });
    const other = await session.openSession(service, user);
    const listed = jsonOf(await run(['sessions', 'list', user.subject, '--json']));
    expect(listed.map(({ sessionId }) => sessionId).sort()).toEqual(
      [one, other].map(({ accessToken }) => sidOf(accessToken)).sort(),
    );
    const sid = sidOf(one.accessToken);
    expect(jsonOf(await run(['sessions', 'show', user.username, sid, '--json']))).toMatchObject([
      { sessionId: sid, state: 'live', deviceName: 'phone', subject: user.subject, generation: 0 },
    ]);
    expect(await run(['sessions', 'end', user.username, sid, '--yes'])).toMatchObject({ code: 0, stderr: '' });
    session.expectError(await session.refresh(service, one.refreshToken), 400, 'invalid_grant');
    expect((await session.refresh(service, other.refreshToken)).status).toBe(200);
    expect(jsonOf(await run(['sessions', 'list', user.username, '--all', '--json']))).toContainEqual(
      expect.objectContaining({ sessionId: sid, state: 'deleted' }),
    );
  });

  test('that ended by reuse: when, why, and where the address is', async () => {
    const { accessToken, refreshToken } = await session.openSession(service, user);
    expect((await session.refresh(service, refreshToken)).status).toBe(200);
    service.local.advance(120);
    const reusedAt = await serviceTime();
    session.expectError(await session.refresh(service, refreshToken), 400, 'invalid_grant');
    const show = ['sessions', 'show', user.username, sidOf(accessToken)];
    const [shown] = jsonOf(await run([...show, '--json']));
    expect(shown).toMatchObject({ state: 'reused' });
    expect(Math.abs(Date.parse(String(shown?.endedAt)) - reusedAt)).toBeLessThan(30_000);
    const { stdout } = await run(show);
    expect(stdout).toContain(
      'ended because a used refresh token was presented after the grace window; it may have been stolen',
    );
    expect(stdout).toContain(`in the output of npm start -- --json, by sessionId ${sidOf(accessToken)}\n`);
  });

  test('show nothing that a token could be made of', async () => {
    await session.openSession(service, user);
    const [{ sessionId = '' } = {}] = jsonOf(await run(['sessions', 'list', user.username, '--json']));
    const { stdout } = await run(['sessions', 'show', user.username, String(sessionId), '--json']);
    expect(stdout).not.toMatch(/hash|nonce|pwl1/i);
  });

  test('of another user are not found', async () => {
    const { accessToken, refreshToken } = await session.openSession(service, user);
    const other = await service.addUser();
    const result = await run(['sessions', 'end', other.username, sidOf(accessToken), '--yes']);
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect((await session.refresh(service, refreshToken)).status).toBe(200);
  });

  test('end-all ends every session; the next login works', async () => {
    const old = await session.openSession(service, user);
    const result = await run(['sessions', 'end-all', user.username.toUpperCase(), '--yes']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toBe(`every session of ${user.username} is over\n${liveOn}`);
    session.expectError(await session.refresh(service, old.refreshToken), 400, 'invalid_grant');
    expect((await session.login(service, user)).status).toBe(200);
  });

  test('are not ended without confirmation, nor for an invalid cause', async () => {
    const own = await session.openSession(service, user);
    const unconfirmed = await run(['sessions', 'end-all', user.username]);
    expect(unconfirmed).toMatchObject({ code: 2, stdout: '' });
    expect(unconfirmed.stderr).toMatch(/add --yes\n$/);
    const bored = await run(['sessions', 'end-all', user.username, '--cause', 'Boredom', '--yes']);
    expect(bored).toMatchObject({ code: 2, stdout: '' });
    expect((await session.refresh(service, own.refreshToken)).status).toBe(200);
  });
});

describe('users disable and enable', () => {
  test('disable prevents logins and can be repeated; enable allows them again, and old sessions stay ended', async () => {
    const old = await session.openSession(service, user);
    for (let times = 0; times < 2; times += 1) {
      const stdout = `${user.username} is disabled; every session is over\n${liveOn}`;
      expect(await run(['users', 'disable', user.username, '--yes'])).toEqual({ code: 0, stdout, stderr: '' });
      session.expectError(await session.login(service, user), 400, 'invalid_grant');
    }
    const stdout = `${user.username} may log in again\n`;
    expect(await run(['users', 'enable', user.username])).toEqual({ code: 0, stdout, stderr: '' });
    expect((await session.login(service, user)).status).toBe(200);
    session.expectError(await session.refresh(service, old.refreshToken), 400, 'invalid_grant');
  });
});

describe('events', () => {
  test('a bus that is down: the sessions are over, the exit code is 1, and both are said', async () => {
    const own = await session.openSession(service, user);
    const env = { AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:9' };
    const line = ['sessions', 'end-all', user.username, '--yes', '--bus', 'any', '--table', service.local.tableName];
    const result = await pawl(service, line, { env });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/);
    expect(result.stderr).toContain(`done: end every session of ${user.username}\n`);
    expect(result.stderr).toContain('not done: put SubjectRevoked on the bus any\n');
    session.expectError(await session.refresh(service, own.refreshToken), 400, 'invalid_grant');
  });

  test('events send ends the sessions by way of the bus', async () => {
    const own = await session.openSession(service, user);
    const line = ['events', 'send', 'TheftSuspected', user.username, '--id', 'case 1', '--yes'];
    expect(await run(line)).toMatchObject({ code: 0, stderr: '' });
    await expect
      .poll(async () => (await session.refresh(service, own.refreshToken)).status, { timeout: 10_000 })
      .toBe(400);
  });
});
