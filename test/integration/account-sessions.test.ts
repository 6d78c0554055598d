import { describe, expect, test } from 'vitest';
import { jsonCall } from '../support/http-client.ts';
import { endSession, expectChallenge, listSessions, revokeAll, sessionIds } from './support/account.ts';
import { serviceForFile, userForEachTest, webApp, webAppContext } from './support/service.ts';
import * as session from './support/session.ts';

const service = serviceForFile({ context: webAppContext });
const user = userForEachTest(service);

const open = (extra = {}) => session.openSession(service, user, extra);
const refresh = (token: string) => session.refresh(service, token);
const expectDead = (...sessions: session.Tokens[]) => session.expectDead(service, ...sessions);
const item = async (sessionId: string) => {
  const Key = { pk: { S: `USER#${user.subject}` }, sk: { S: `SESSION#${sessionId}` } };
  return (await service.table('GetItem', { Key })).Item as Record<string, Record<string, string>>;
};

describe('the list', () => {
  test('has exactly these fields of each session, and marks the caller’s', async () => {
    const body = { ...user, client_id: 'phone', device_name: 'Käthes Telefon' };
    service.local.advance(1);
    const phone = session.tokensOf(await service.send(jsonCall('/auth/login', body, { 'user-agent': 'App/2.1' })));
    service.local.advance(9);
    const own = await open();
    const reply = await listSessions(service, own.accessToken);
    session.expectOwnHeaders(reply);
    const [mine, theirs] = reply.json.sessions as { created_at: number; last_used_at: number }[];
    expect(reply.json).toEqual({
      sessions: [
        {
          session_id: own.sessionId,
          client_id: 'default',
          device_name: null,
          user_agent: null,
          created_at: session.claimsOf(own.accessToken).auth_time,
          last_used_at: mine?.created_at,
          current: true,
        },
        {
          session_id: phone.sessionId,
          client_id: 'phone',
          device_name: 'Käthes Telefon',
          user_agent: 'App/2.1',
          created_at: session.claimsOf(phone.accessToken).auth_time,
          last_used_at: theirs?.created_at,
          current: false,
        },
      ],
    });
  });

  test('puts the most recently used first; created stays, last used moves', async () => {
    const [first, second] = [await open(), await open()];
    service.local.advance(20);
    const renewed = session.tokensOf(await refresh(first.refreshToken));
    expect(await sessionIds(service, second.accessToken)).toEqual([first.sessionId, second.sessionId]);
    const { sessions } = (await listSessions(service, renewed.accessToken)).json as {
      sessions: [{ created_at: number; last_used_at: number; current: boolean }];
    };
    expect(sessions[0].current).toBe(true);
    expect(sessions[0].last_used_at - sessions[0].created_at).toBeGreaterThanOrEqual(20);
  });

  test('holds live sessions alone: not the logged out, the deleted, the expired, those of an earlier epoch', async () => {
    const epochBefore = await open();
    await revokeAll(service, epochBefore.accessToken);
    const expired = await open();
    service.local.advance(webApp.idleSeconds - 10);
    const [out, deleted] = [await open(), await open()];
    await session.revoke(service, out.refreshToken);
    await endSession(service, deleted.accessToken, deleted.sessionId);
    service.local.advance(20);
    const own = await open();
    expect(await sessionIds(service, own.accessToken)).toEqual([own.sessionId]);
    expect((await item(expired.sessionId)).status).toEqual({ S: 'active' });
  });

  test('contains no hash, nonce, key id or epoch', async () => {
    const own = session.tokensOf(await refresh((await open()).refreshToken));
    const { text } = await listSessions(service, own.accessToken);
    const { currentHash, previousHash, nonce, keyId } = await item(own.sessionId);
    for (const secret of [currentHash, previousHash, nonce, keyId]) {
      expect(secret?.S).toEqual(expect.any(String));
      expect(text).not.toContain(secret?.S);
    }
    expect(text).not.toMatch(/hash|epoch|generation|subject|expir/i);
    expect(text).not.toContain(user.subject);
  });

  test('shows no other user’s sessions', async () => {
    await session.openSession(service, await service.addUser());
    const own = await open();
    expect(await sessionIds(service, own.accessToken)).toEqual([own.sessionId]);
  });
});

describe('deleting a session', () => {
  test('of the caller ends only that session, with 204 and no body', async () => {
    const [one, own] = [await open(), await open()];
    const reply = await endSession(service, own.accessToken, one.sessionId);
    expect([reply.status, reply.text]).toEqual([204, '']);
    session.expectOwnHeaders(reply);
    await expectDead(one);
    expectChallenge(await listSessions(service, one.accessToken));
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });

  test('that is the caller’s logs out', async () => {
    const own = await open();
    expect((await endSession(service, own.accessToken, own.sessionId)).status).toBe(204);
    await expectDead(own);
    expectChallenge(await endSession(service, own.accessToken, own.sessionId));
  });

  test('that is newer, or by an old login, takes the password: 401 with the challenge of RFC 9470', async () => {
    const [own, newer] = [await open(), await open()];
    const refused = await endSession(service, own.accessToken, newer.sessionId);
    session.expectError(refused, 401, 'insufficient_user_authentication');
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer realm="pawl", error="insufficient_user_authentication", max_age="300"',
    );
    const withPassword = (current_password: string) => {
      const path = `/auth/sessions/${newer.sessionId}`;
      const headers = { authorization: `Bearer ${own.accessToken}` };
      return service.send({ ...jsonCall(path, { current_password }, headers), method: 'DELETE' });
    };
    session.expectError(await withPassword('not the password'), 400, 'access_denied');
    expect((await refresh(newer.refreshToken)).status).toBe(200);
    service.local.advance(1);
    expect((await withPassword(user.password)).status).toBe(204);
    await expectDead(newer);
  });

  const expectNotFound = async (reply: ReturnType<typeof endSession>) =>
    session.expectError(await reply, 404, 'not_found');

  test('of another user: 404, and the session stays alive', async () => {
    const other = await session.openSession(service, await service.addUser());
    await expectNotFound(endSession(service, (await open()).accessToken, other.sessionId));
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  test('that is over already: there is no such session', async () => {
    const expired = await open();
    service.local.advance(webApp.idleSeconds + 1);
    const [out, own] = [await open(), await open()];
    await session.revoke(service, out.refreshToken);
    await expectNotFound(endSession(service, own.accessToken, out.sessionId));
    await expectNotFound(endSession(service, own.accessToken, expired.sessionId));
  });

  test('by a malformed id: there is no such session, and the id is not used as a key', async () => {
    const own = await open();
    const ids = ['x', 'ACCOUNT', '%20', '%00', '..', 'SESSION%23x', '%23', '%F0%9F%94%91', 'x'.repeat(2000)];
    for (const id of [...ids, `${own.sessionId}%20`, own.sessionId.slice(0, -1), own.sessionId.toUpperCase()]) {
      service.dynamo.clear();
      await expectNotFound(endSession(service, own.accessToken, id));
      expect(service.dynamo.calls.map((call) => call.operation)).toEqual(['Query']);
    }
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });
});

describe(`the cap of ${webApp.sessionCap} sessions`, () => {
  test('ends the least recently used at the login that exceeds it; the others notice nothing', async () => {
    const all = [await open(), await open(), await open()];
    service.local.advance(5);
    await refresh(all[0]?.refreshToken ?? '');
    const own = await open();
    const live = [own, all[0], all[2]].map((tokens) => tokens?.sessionId);
    expect(await sessionIds(service, own.accessToken)).toEqual(live);
    expect((await item(all[1]?.sessionId ?? '')).revokedReason).toEqual({ S: 'evicted' });
    await expectDead(all[1] as session.Tokens);
  });

  test('counts the living: a session that was ended leaves its place', async () => {
    const all = [await open(), await open(), await open()];
    await session.revoke(service, all[2]?.refreshToken ?? '');
    const own = await open();
    expect((await sessionIds(service, own.accessToken)).toSorted()).toEqual(
      [all[0], all[1], own].map((tokens) => tokens?.sessionId ?? '').toSorted(),
    );
  });

  test('counts those before the last revocation no more, but the one that was kept', async () => {
    const kept = await open();
    await open();
    const owner = { keep_current: true, current_password: user.password };
    expect((await revokeAll(service, kept.accessToken, owner)).status).toBe(200);
    const later = [await open(), await open()];
    expect(await sessionIds(service, kept.accessToken)).toHaveLength(3);
    await open();
    await expectDead(kept);
    for (const tokens of later) expect((await refresh(tokens.refreshToken)).status).toBe(200);
  });
});
