import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { createAccount } from '../../../lambda/core/create-account.ts';
import { changeEmail, changePassword } from '../../../lambda/core/credentials.ts';
import { ExternalUsers } from '../../../lambda/core/external-users.ts';
import { login } from '../../../lambda/core/login.ts';
import { around, recording } from '../../support/around.ts';
import { expectRefusal, rejectionOf } from '../../support/expect.ts';
import { cheapHash } from '../../support/passwords.ts';
import { alice, aliceLogin, claimsOf, openWorld, type World } from '../../support/world.ts';

const verifier = { verify: () => Promise.reject(new Error('claims are verified already')) };
const composed = 'passw\u00f6rd of mine';
const decomposed = 'passwo\u0308rd of mine';

let world: World;
beforeEach(() => {
  world = openWorld();
});

const tools = () => ({ ...world.tools, verifier, isCommonPassword: () => false });
const as = (username: string, password: string = aliceLogin.password) => ({ ...aliceLogin, username, password });
const open = async (username: string, password?: string) =>
  (await login(as(username, password), world.tools)).session.subject;
const refused = (username: string, reason: 'user_unknown' | 'password_wrong', password?: string) =>
  expectRefusal(login(as(username, password), world.tools), 'invalid_grant', reason);
const add = (username: string, email?: string) =>
  createAccount({ username, password: aliceLogin.password, scopes: [], ...(email && { email }) }, world.tools);
const move = async (username: string, newEmail: string) => {
  const { accessToken } = await login(as(username), world.tools);
  const claims = claimsOf(accessToken) as unknown as AccessTokenClaims;
  return changeEmail({ claims, currentPassword: aliceLogin.password, sourceIp: '192.0.2.1', newEmail }, tools());
};
const stored = (subject: string) => world.table.accounts.get(subject);

describe('an e-mail address', () => {
  test('is a name to log in by; the username stays one', async () => {
    const { subject } = await add('bob', 'bob@example.com');
    expect([await open('bob'), await open(' BOB@Example.com ')]).toEqual([subject, subject]);
  });

  test('changes: the new one leads to the account, the old one is free', async () => {
    const bob = await add('bob', 'bob@example.com');
    await move('bob', 'bob@example.net');
    expect(await open('bob@example.net')).toBe(bob.subject);
    await refused('bob@example.com', 'user_unknown');
    const other = await add('bob@example.com');
    expect(await open('bob@example.com')).toBe(other.subject);
  });

  test('that is another user’s username or address is taken, and nothing changes', async () => {
    await add('bob', 'bob@example.com');
    await add('carol@example.com');
    const dave = await add('dave', 'dave@example.com');
    for (const email of ['bob@example.com', 'carol@example.com', alice.username]) {
      await expectRefusal(move('dave', email), 'invalid_request', 'email_taken');
      expect(stored(dave.subject)).toMatchObject({ email: 'dave@example.com', epoch: 0 });
      expect(await rejectionOf(add('eve', email))).toMatchObject({ name: 'NameTaken', taken: email });
    }
    expect(await rejectionOf(add('bob@example.com'))).toMatchObject({ taken: 'bob@example.com' });
    await refused('eve', 'user_unknown');
    const live = [...world.table.sessions.values()].filter(({ session }) => session.status === 'active');
    expect(live.every(({ session }) => session.epoch === 0)).toBe(true);
  });

  test('may equal the username, which stays when the address changes', async () => {
    await move(alice.username, alice.username);
    await move(alice.username, 'alice@example.net');
    expect([await open(alice.username), await open('alice@example.net')]).toEqual([alice.subject, alice.subject]);
  });

  test('an item that is left over from an old address leads nowhere', async () => {
    await add('bob', 'bob@example.com');
    const { subject } = await add('carol', 'carol@example.com');
    world.table.logins.set('old@example.com', subject);
    await refused('old@example.com', 'user_unknown');
  });
});

describe('accounts whose names were stored before', () => {
  const old = { ...alice, subject: 'subject-of-old', username: 'strasse' };
  beforeEach(() => {
    world.table.accounts.set(old.subject, old);
    world.table.logins.set(old.username, old.subject);
    world.table.oldLogins.add(old.username);
  });

  test('are found by every spelling that found them', async () => {
    for (const typed of ['straße', 'STRASSE', 'ſtrasse']) expect(await open(typed)).toBe(old.subject);
  });

  test('stay reserved: a name that their user may have typed stays taken', async () => {
    expect(await rejectionOf(add('straße'))).toMatchObject({ name: 'NameTaken' });
    expect(await open('straße')).toBe(old.subject);
  });

  test('names of today do not lead to each other', async () => {
    const one = await add('weiss');
    await refused('weiß', 'user_unknown');
    const other = await add('weiß');
    expect([await open('weiss'), await open('WEISS'), await open('weiß')]).toEqual([
      one.subject,
      one.subject,
      other.subject,
    ]);
  });

  test('what a login asks the table depends on what was typed alone', async () => {
    const seen = new Set<string>();
    for (const typed of ['straße', 'gruße', 'weiß']) {
      const calls: string[] = [];
      await rejectionOf(login(as(typed, 'wrong'), around(world.tools, recording(calls))));
      seen.add(calls.join());
    }
    expect(seen.size).toBe(1);
  });
});

describe('a password', () => {
  const withHashOf = (password: string, version = 1) =>
    world.table.changeAccount(alice.subject, (account) => ({ ...account, passwordHash: cheapHash(password, version) }));

  test('is one from every keyboard, at the login and at the change', async () => {
    withHashOf(composed);
    const { accessToken } = await login(as(alice.username, decomposed), world.tools);
    const claims = claimsOf(accessToken) as unknown as AccessTokenClaims;
    const request = { claims, sourceIp: '192.0.2.1' };
    const next = { currentPassword: decomposed, newPassword: `new ${decomposed}` };
    await changePassword({ ...request, ...next }, tools());
    expect(stored(alice.subject)?.passwordHash).toBe(cheapHash(`new ${composed}`));
    expect(await open(alice.username, `new ${decomposed}`)).toBe(alice.subject);
    expect(await open(alice.username, `new\u00a0${composed}`)).toBe(alice.subject);
  });

  test('whose hash is of the password as typed still works, and is hashed again', async () => {
    withHashOf(decomposed);
    expect(await open(alice.username, decomposed)).toBe(alice.subject);
    expect(stored(alice.subject)?.passwordHash).toBe(cheapHash(composed));
    expect(await open(alice.username, composed)).toBe(alice.subject);
  });

  test('costs as many hashes for a known user as for an unknown one', async () => {
    for (const [password, hashes] of [
      [composed, 1],
      [decomposed, 2],
    ] as const) {
      for (const username of [alice.username, 'nobody@example.com', 'no username']) {
        world.passwords.calls.length = 0;
        await rejectionOf(login(as(username, password), world.tools));
        expect(world.passwords.calls).toHaveLength(hashes);
      }
    }
  });
});

describe('your own user store receives', () => {
  const asked: unknown[] = [];
  const external = () => {
    const verify = async (username: string, password: string) => {
      asked.push([username, password]);
      return { subject: 'theirs', claims: {}, scopes: [] };
    };
    return { ...world.tools, users: new ExternalUsers(world.tools.accounts, { verify }, world.clock) };
  };
  beforeEach(() => {
    asked.length = 0;
  });

  test.each([
    [' Anna Maria ', 'anna maria'],
    ['+49 171 2345678', '+49 171 2345678'],
    ['ＡＬＩＣＥ', 'alice'],
    ['straße', 'straße'],
    ['☎ 1', '☎ 1'],
  ])('%j as %j, and the password as typed', async (typed, username) => {
    const { session } = await login(as(typed, decomposed), external());
    expect(session.subject).toBe('theirs');
    expect(asked).toEqual([
      [username, decomposed],
      [username, decomposed],
    ]);
    await login(as(typed, decomposed), external());
    expect(asked).toHaveLength(3);
  });

  test.each(['   ', '-', 'x'.repeat(300)])('nothing for %j, which is not a name', async (typed) => {
    await expectRefusal(login(as(typed), external()), 'invalid_grant', 'user_unknown');
    expect(asked).toEqual([]);
  });
});
