import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { requireLiveSession, verifyCaller } from '../../../lambda/core/caller.ts';
import type { TokenSet } from '../../../lambda/core/issue.ts';
import { login } from '../../../lambda/core/login.ts';
import { revokeAllOf, revokeOthers } from '../../../lambda/core/revoke-subject.ts';
import { endSession, listSessions } from '../../../lambda/core/sessions.ts';
import { around, recording } from '../../support/around.ts';
import { expectRefusal, expectUnavailable } from '../../support/expect.ts';
import { alice, aliceLogin, claimsOf, defaultPolicy, openWorld, refreshAs, type World } from '../../support/world.ts';

const carol = { ...alice, subject: 'subject-of-carol', username: 'carol', epoch: 0 };
const verifier = { verify: () => Promise.reject(new Error('claims are verified already')) };

let world: World;
beforeEach(() => {
  world = openWorld({ accounts: [alice, carol] });
});

const tools = () => ({ ...world.tools, verifier });
const open = async (changes = {}) => {
  world.clock.advance(1000);
  return login({ ...aliceLogin, ...changes }, world.tools);
};
const claims = ({ accessToken }: TokenSet) => claimsOf(accessToken) as unknown as AccessTokenClaims;
/** With the password, as the owner sends it. */
const owner = (tokens: TokenSet) => ({
  claims: claims(tokens),
  currentPassword: aliceLogin.password,
  sourceIp: aliceLogin.sourceIp,
});
const idsOf = async (tokens: TokenSet) =>
  (await listSessions(claims(tokens), tools())).sessions.map(({ sessionId }) => sessionId);
const idOf = ({ session }: TokenSet) => session.sessionId;

describe('listSessions', () => {
  test('own, live, the most recently used first, in one read', async () => {
    const [one, two] = [await open(), await open()];
    await open({ username: 'carol' });
    world.clock.advance(1000);
    await refreshAs(world, one.refreshToken);
    const calls: string[] = [];
    const { sessions } = await listSessions(claims(two), around(tools(), recording(calls)));
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([idOf(one), idOf(two)]);
    expect(calls).toEqual(['accounts.readWithSessions']);
  });

  test('not ended sessions: revoked, idle, too old, of an earlier epoch', async () => {
    const [revoked, own] = [await open(), await open()];
    await world.tools.sessions.revoke(alice.subject, idOf(revoked), 'logged_out', 0);
    expect(await idsOf(own)).toEqual([idOf(own)]);
    await revokeOthers(owner(own), tools());
    const later = await open();
    expect(await idsOf(later)).toEqual([idOf(later), idOf(own)]);
    world.clock.advance(defaultPolicy.idleMs - 500);
    const last = await open();
    expect(await idsOf(last)).toEqual([idOf(last)]);
  });
});

describe('endSession', () => {
  const end = (tokens: TokenSet, sessionId: string) => endSession(owner(tokens), sessionId, tools());

  test('an own one, and it says so', async () => {
    const [one, own] = [await open(), await open()];
    await end(own, idOf(one));
    expect(world.table.session(alice.subject, idOf(one))).toMatchObject({
      status: 'revoked',
      revokedReason: 'deleted',
    });
    const event = { type: 'SessionRevoked', subject: alice.subject, sessionId: idOf(one), reason: 'deleted' };
    expect(world.events.all.at(-1)).toEqual(event);
  });

  test.each([
    ['of no user', async () => 'A'.repeat(22)],
    ['another user’s', async () => idOf(await open({ username: 'carol' }))],
    ['a key', async () => '../ACCOUNT'],
  ])('%s is not found, and nothing is written', async (_name, make) => {
    const [own, sessionId] = [await open(), await make()];
    const writes = world.table.writes.length;
    await expectRefusal(end(own, sessionId), 'not_found', 'session_unknown');
    expect(world.table.writes.length).toBe(writes);
  });

  test('one that ends at the same moment is told of once', async () => {
    const [one, own] = [await open(), await open()];
    const told = world.events.all.length;
    const results = await Promise.allSettled([end(own, idOf(one)), end(own, idOf(one)), end(own, idOf(one))]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(world.events.all.slice(told)).toHaveLength(1);
  });
});

describe('requireLiveSession', () => {
  test.each([
    ['session_unknown', (id: string) => world.table.deleteSession(alice.subject, id)],
    ['session_revoked', (id: string) => world.tools.sessions.revoke(alice.subject, id, 'deleted', 0)],
    ['session_expired', () => world.clock.advance(defaultPolicy.idleMs)],
    ['account_dead', () => world.table.changeAccount(alice.subject, (a) => ({ ...a, epoch: a.epoch + 1 }))],
    ['account_dead', () => world.table.changeAccount(alice.subject, (a) => ({ ...a, status: 'disabled' }))],
    ['account_dead', () => world.table.accounts.delete(alice.subject)],
  ] as const)('refuses for %s', async (reason, die) => {
    const own = await open();
    await die(idOf(own));
    await expectRefusal(requireLiveSession(claims(own), tools()), 'invalid_token', reason);
  });
});

describe('revokeOthers', () => {
  test('does not spare a session that another revocation ended in between', async () => {
    const own = await open();
    let overtaken = false;
    const racing = around(tools(), async (call, apply) => {
      if (call === 'accounts.revokeSessions' && !overtaken) {
        overtaken = true;
        await revokeAllOf(claims(own), tools());
      }
      return apply();
    });
    await expectRefusal(revokeOthers(owner(own), racing), 'invalid_token', 'session_revoked');
    await expectRefusal(refreshAs(world, own.refreshToken), 'invalid_grant', 'session_revoked');
  });

  test('gives up after three lost races, and has changed nothing', async () => {
    const own = await open();
    const racing = around(tools(), async (call, apply) => {
      if (call === 'accounts.revokeSessions') {
        world.table.changeAccount(alice.subject, (a) => ({ ...a, epoch: a.epoch + 1, kept: idOf(own) }));
      }
      return apply();
    });
    await expectUnavailable(revokeOthers(owner(own), racing), 'race_lost');
    expect(world.table.accounts.get(alice.subject)?.epoch).toBe(alice.epoch + 3);
  });
});

test.each([
  [undefined, 'token_missing'],
  ['Basic abc', 'token_malformed'],
  ['Bearer', 'token_malformed'],
  ['Bearer a b', 'token_malformed'],
] as const)('Authorization %j is refused before anything is verified', async (authorization, reason) => {
  await expectRefusal(verifyCaller(authorization, verifier), 'invalid_token', reason);
});
