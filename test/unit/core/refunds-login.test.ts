import { beforeEach, describe, expect, test } from 'vitest';
import { Fault, Unavailable } from '../../../lambda/core/errors.ts';
import { ExternalUsers } from '../../../lambda/core/external-users.ts';
import { type LoginTools, login } from '../../../lambda/core/login.ts';
import { MigratingUsers, type Placement } from '../../../lambda/core/migrating-users.ts';
import { around } from '../../support/around.ts';
import { expectRefusal, rejectionOf } from '../../support/expect.ts';
import { MemoryThrottle } from '../../support/memory-throttle.ts';
import { alice, aliceLogin, openWorld, type World } from '../../support/world.ts';

/** A right password at the login is refunded, whatever fails after it was verified. */

let world: World;
beforeEach(() => {
  world = openWorld({ tools: { throttle: new MemoryThrottle() } });
});

const away = new Unavailable('store_unavailable');
const broken = new Fault('claims_unsignable');
const failing = (name: string, error: Error) =>
  around(world.tools, async (call, apply) => (call === name ? Promise.reject(error) : apply()));

/** Logs in repeatedly. @returns the errors of the logins */
async function failures(tools: LoginTools, count = 20): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (let tries = 0; tries < count; tries += 1) errors.push(await rejectionOf(login(aliceLogin, tools)));
  return errors;
}

const refusals = (errors: readonly unknown[]) =>
  errors.filter((error) => (error as { code?: string }).code === 'slow_down').length;

describe('a right password is not slowed down, and logs in once the fault is fixed', () => {
  test.each([
    ['the claims cannot be signed', 'signer.sign', broken],
    ['the signing keys are unavailable', 'signer.sign', new Unavailable('keys_unavailable')],
    ['the keys of refresh tokens are unavailable', 'refreshTokens.first', new Unavailable('keys_unavailable')],
    ['the session is not written', 'sessions.create', away],
    ['the session’s item is refused', 'sessions.create', new Fault('store_refused')],
    ['the new hash is not computed', 'passwords.hash', new TypeError('no memory')],
    ['the new hash is refused', 'accounts.rehash', new Fault('store_refused')],
  ])('%s', async (_name, call, error) => {
    world.passwords.version = 2;
    expect(new Set(await failures(failing(call, error)))).toEqual(new Set([error]));
    world.passwords.version = 1;
    expect(await login(aliceLogin, world.tools)).toHaveProperty('accessToken');
  });

  test('claims of the account that cannot be signed', async () => {
    world.table.changeAccount(alice.subject, (account) => ({ ...account, claims: { count: 2 ** 60 } }));
    for (const error of await failures(world.tools)) expect(error).toMatchObject({ reason: 'claims_unsignable' });
    world.table.changeAccount(alice.subject, (account) => ({ ...account, claims: {} }));
    expect(await login(aliceLogin, world.tools)).toHaveProperty('accessToken');
  });

  test.each(['adopt', 'describe'] as const)('a user in your own user store, at %s', async (name) => {
    const subject = name === 'adopt' ? 'new-subject' : alice.subject;
    const accounts = new Proxy(world.tools.accounts, {
      get: (target, key) => (key === name ? () => Promise.reject(away) : Reflect.get(target, key).bind(target)),
    });
    const verify = async () => ({ subject, claims: {}, scopes: [] });
    const users = new ExternalUsers(accounts, { verify }, world.clock);
    expect(new Set(await failures({ ...world.tools, users }))).toEqual(new Set([away]));
  });

  test('a user who cannot be moved yet', async () => {
    const place = (): Promise<Placement> => Promise.reject(away);
    const migrated = { subjectOf: async () => 'new-subject', place };
    const ask = async () => ({ username: 'mallory', claims: {}, scopes: [] });
    world.table.logins.clear();
    const users = new MigratingUsers({ ...world.tools, migrated }, { ask });
    expect(new Set(await failures({ ...world.tools, users }))).toEqual(new Set([away]));
  });
});

describe('stays counted', () => {
  const counted = async (tools: LoginTools = world.tools) => expect(refusals(await failures(tools))).toBe(14);

  test('the password of a disabled user, which is answered like a wrong one', async () => {
    world.table.changeAccount(alice.subject, (account) => ({ ...account, status: 'disabled' }));
    await expectRefusal(login(aliceLogin, world.tools), 'invalid_grant', 'user_disabled');
    expect(refusals(await failures(world.tools))).toBe(15);
  });

  test('an expired password', async () => {
    world.table.changeAccount(alice.subject, (account) => ({ ...account, passwordExpiresAt: 1 }));
    await counted();
  });

  test('a password that was not verified, because the store was unavailable', () =>
    counted(failing('accounts.read', away)));
});
