import { beforeEach, describe, expect, test } from 'vitest';
import { parseHash } from '../../lambda/crypto/stored-hash.ts';
import { type ForeignVector, foreignVectors, storedOf, vectorOf } from '../support/foreign-hashes.ts';
import { canary } from '../support/transcript.ts';
import * as account from './support/account.ts';
import { serviceForFile, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** Imports users with hashes of other systems, and logs them in with the built functions. */

const service = serviceForFile();
beforeEach(() => service.local.advance(3600));

const hashOf = async (user: User) => String(await account.accountAttribute(service, user, 'passwordHash'));

/** The users of an import, one for each vector; each is named by its number. */
async function imported(vectors: readonly ForeignVector[], from: string): Promise<readonly User[]> {
  const users = vectors.map(({ password }, index) => ({
    subject: `${from}-${index}`,
    username: `${from}-${index}`,
    password,
  }));
  const lines = users.map(({ subject, username }, index) => {
    const { hash, firebase } = vectors[index] ?? { hash: '' };
    // JSON Lines cannot contain the parameters of a project.
    const passwordHash = firebase === undefined || !vectors[index] ? hash : storedOf(vectors[index]);
    canary(passwordHash.split('$').at(-1) ?? '');
    return JSON.stringify({ subject, username, passwordHash, scopes: ['read'] });
  });
  const { code, stderr } = await account.pawl(service, ['import', '-', '--local'], { stdin: lines.join('\n') });
  expect(code, stderr).toBe(0);
  return users;
}

async function put(user: User, passwordHash: string): Promise<void> {
  await service.table('UpdateItem', {
    Key: { pk: { S: `USER#${user.subject}` }, sk: { S: 'ACCOUNT' } },
    UpdateExpression: 'SET passwordHash = :hash',
    ExpressionAttributeValues: { ':hash': { S: passwordHash } },
  });
}

/** One vector of each kind. */
const kinds = new Map(foreignVectors.map((vector) => [parseHash(storedOf(vector))?.kind, vector]));

test('there are vectors of every kind', () => {
  expect([...kinds.keys()].sort()).toEqual([
    'argon2d',
    'argon2i',
    'argon2id',
    'bcrypt',
    'django-bcrypt-sha256',
    'firebase-scrypt',
    'pbkdf2-sha1',
    'pbkdf2-sha256',
    'pbkdf2-sha512',
    'scrypt',
  ]);
});

test.each([...kinds])(
  '%s: a wrong password is refused, the right one logs in, and from then on the hash is argon2id',
  async (kind, vector) => {
    const [user] = (await imported([vector], `first-${kind}`)) as [User];
    const before = await hashOf(user);
    session.expectError(await session.login(service, { ...user, password: 'wrong' }), 400, 'invalid_grant');
    expect(await hashOf(user)).toBe(before);
    await session.openSession(service, user);
    const after = await hashOf(user);
    expect(after).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[^$]{22}\$[^$]{43}$/);
    await session.openSession(service, user);
    expect(await hashOf(user)).toBe(after);
    session.expectError(await session.login(service, { ...user, password: 'wrong' }), 400, 'invalid_grant');
  },
  30_000,
);

test('changing the password and ending other sessions verify such a hash too', async () => {
  const vector = vectorOf('bcrypt $2y$');
  const [user] = (await imported([vector], 'owner')) as [User];
  const stored = await hashOf(user);
  const [other, own] = [await session.openSession(service, user), await session.openSession(service, user)];
  // As after a login whose rehash was not stored.
  await put(user, stored);
  service.local.advance(1);
  const body = { keep_current: true, current_password: vector.password };
  expect((await account.revokeAll(service, own.accessToken, body)).status).toBe(200);
  await session.expectDead(service, other);
  const next = { current_password: vector.password, new_password: 'another battery staple' };
  const renewed = session.tokensOf(await account.changePassword(service, own.accessToken, next));
  expect((await session.refresh(service, renewed.refreshToken)).status).toBe(200);
});

describe('a stored hash that no login can verify', () => {
  const tag = 'A'.repeat(43);
  test.each([
    ['a hash of a huge cost', `$argon2id$v=19$m=9999999,t=9999,p=1$AAAAAAAAAAAAAAAAAAAAAA$${tag}`],
    ['a hash of many rounds', `$2b$31$${'A'.repeat(21)}u${'A'.repeat(30)}C`],
    ['a hash of many iterations', `$pbkdf2-sha512$i=4294967295$AAAAAAAAAAAAAAAAAAAAAA$${tag}`],
    ['a hash of a huge N', `$scrypt$ln=62,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$${tag}`],
    ['a hash with a short tag', '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA'],
    ['a hash of another kind', '$6$salt$hash'],
    ['text that is not a hash', 'correct horse battery staple'],
  ])('%s gets the response of a wrong password, and other users log in', async (_name, hash) => {
    const [user, other] = [await service.addUser(), await service.addUser()];
    const wrong = await session.login(service, { ...other, password: 'wrong' });
    await put(user, hash);
    const before = service.local.logs.length;
    const reply = await session.login(service, user);
    expect([reply.status, reply.text]).toEqual([wrong.status, wrong.text]);
    const line = JSON.parse(service.local.logs.slice(before)[0]?.line ?? '{}') as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'warn', reason: 'hash_unusable', subject: user.subject });
    await session.openSession(service, other);
  });
});
