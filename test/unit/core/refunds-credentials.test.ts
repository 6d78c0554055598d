import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { createAccount } from '../../../lambda/core/create-account.ts';
import { changeEmail, changePassword } from '../../../lambda/core/credentials.ts';
import { Fault, Unavailable } from '../../../lambda/core/errors.ts';
import { login } from '../../../lambda/core/login.ts';
import { revokeOthers } from '../../../lambda/core/revoke-subject.ts';
import { endSession } from '../../../lambda/core/sessions.ts';
import { type Around, around } from '../../support/around.ts';
import { rejectionOf } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { cheapHash } from '../../support/passwords.ts';
import { alice, aliceLogin, claimsOf, openWorld, type World } from '../../support/world.ts';

/** A right current password is refunded, whatever fails after it was verified; a wrong one is not. */

const verifier = { verify: () => Promise.reject(new Error('claims are verified already')) };
const away = new Unavailable('store_unavailable');

let world: World;
let claims: AccessTokenClaims;
let other: string;
beforeEach(async () => {
  world = openWorld({ tools: { throttle: new MemoryThrottle() } });
  other = (await login(aliceLogin, world.tools)).session.sessionId;
  claims = claimsOf((await login(aliceLogin, world.tools)).accessToken) as unknown as AccessTokenClaims;
});

const toolsOf = (run: Around) =>
  around({ ...world.tools, verifier, isCommonPassword: (password: string) => password === 'password' }, run);
type Tools = ReturnType<typeof toolsOf>;

const request = (currentPassword: string = aliceLogin.password) => ({ claims, currentPassword, sourceIp: '192.0.2.1' });
const password = (tools: Tools) => changePassword({ ...request(), newPassword: 'a good new password' }, tools);
const refusedPassword = (tools: Tools) => changePassword({ ...request(), newPassword: 'password' }, tools);
const email = (tools: Tools) => changeEmail({ ...request(), newEmail: 'new@example.com' }, tools);
const others = (tools: Tools) => revokeOthers(request(), tools);
const one = (tools: Tools) => endSession(request(), other, tools);

/** The codes or reasons of the failures of 14 requests, all at the same time. */
async function failures(send: (tools: Tools) => Promise<unknown>, run: Around): Promise<string[]> {
  const seen: string[] = [];
  for (let tries = 0; tries < 14; tries += 1) {
    const error = (await rejectionOf(send(toolsOf(run)))) as { code?: string; reason?: string };
    seen.push(error.code ?? error.reason ?? 'unexpected');
  }
  return seen;
}

const all = (reason: string) => Array(14).fill(reason);
const slowed = (code: string) => [...Array(6).fill(code), ...Array(8).fill('slow_down')];

describe('a right current password is never slowed down', () => {
  test('while the new password is refused', async () => {
    expect(await failures(refusedPassword, (_, apply) => apply())).toEqual(all('invalid_request'));
    expect(await password(toolsOf((_, apply) => apply()))).toHaveProperty('accessToken');
  });

  test.each<[string, (tools: Tools) => Promise<unknown>, string, Error]>([
    ['the new password is not hashed', password, 'passwords.hash', new TypeError('no memory')],
    ['the claims cannot be signed', password, 'signer.sign', new Fault('claims_unsignable')],
    ['the keys are unavailable', password, 'refreshTokens.first', new Unavailable('keys_unavailable')],
    ['the session is not written', password, 'sessions.create', away],
    ['the password is not written', password, 'accounts.revokeSessions', away],
    ['the claims cannot be signed for an address', email, 'signer.sign', new Fault('claims_unsignable')],
    ['the address is not written', email, 'accounts.moveEmail', away],
    ['the other sessions are not ended', others, 'accounts.revokeSessions', away],
    ['one session is not ended', one, 'sessions.revoke', away],
  ])('while %s', async (_name, send, call, error) => {
    const run: Around = (name, apply) => (name === call ? Promise.reject(error) : apply());
    const { reason = 'unexpected' } = error as { reason?: string };
    expect(await failures(send, run)).toEqual(all(reason));
  });
});

describe('stays counted', () => {
  test.each<[string, (tools: Tools) => Promise<unknown>]>([
    ['/auth/password', (tools) => changePassword({ ...request('wrong'), newPassword: 'password' }, tools)],
    ['/auth/email', (tools) => changeEmail({ ...request('wrong'), newEmail: 'new@example.com' }, tools)],
    ['/auth/revoke-all', (tools) => revokeOthers(request('wrong'), tools)],
    ['/auth/sessions', (tools) => endSession(request('wrong'), other, tools)],
  ])('a wrong password at %s', async (_route, send) => {
    expect(await failures(send, (_, apply) => apply())).toEqual(slowed('access_denied'));
  });

  test('a right password that tests whether an address is taken', async () => {
    await createAccount(
      { username: 'carol', email: 'new@example.com', password: aliceLogin.password, scopes: [] },
      world.tools,
    );
    expect(await failures(email, (_, apply) => apply())).toEqual(slowed('invalid_request'));
  });

  test('a password that is wrong at the time of the change', async () => {
    const run: Around = async (call, apply) => {
      if (call === 'accounts.revokeSessions') {
        world.table.changeAccount(alice.subject, (account) => ({ ...account, passwordHash: cheapHash('of a rival') }));
      }
      return apply();
    };
    const send = (tools: Tools) => {
      world.table.changeAccount(alice.subject, (account) => ({ ...account, passwordHash: cheapHash('correct horse') }));
      return password(tools);
    };
    expect(await failures(send, run)).toEqual(slowed('access_denied'));
  });
});
