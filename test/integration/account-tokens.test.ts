import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recentLoginMs } from '../../lambda/core/current-password.ts';
import { macedBy, signedBy, unsigned } from '../support/jwt.ts';
import { signingKey } from '../support/keys.ts';
import { accountAttribute, bearerRoutes, expectChallenge, pawl, revokeAll } from './support/account.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import { claimsOf, openSession, refresh, revoke, type Tokens } from './support/session.ts';

let service: ProxiedService;
let user: User;
let tokens: Tokens;
let foreign: string;
let publicKey: Record<string, string>;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
  const other = await startProxied();
  foreign = (await openSession(other, await other.addUser())).accessToken;
  await other.stop();
  const { keys } = (await service.send({ path: '/.well-known/jwks.json' })).json as { keys: Record<string, string>[] };
  const kid = headerOf((await openSession(service, user)).accessToken).kid;
  publicKey = keys.find((key) => key.kid === kid) ?? {};
  tokens = await openSession(service, user);
}, 60_000);
afterAll(() => service.stop());

const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as Record<string, string>;
const claims = (changes = {}) => ({ ...claimsOf(tokens.accessToken), ...changes });
const parts = () => tokens.accessToken.split('.') as [string, string, string];
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Another key under the id of the service's own. */
const forged = () => {
  const key = signingKey(publicKey.kid ?? '');
  return signedBy(key, { alg: 'ES256', typ: 'at+jwt', kid: key.kid }, claims());
};
/** The public key as the secret of a MAC: the classic confusion of algorithms. */
const confused = () => {
  const pem = createPublicKey({ key: publicKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return macedBy(pem, { alg: 'HS256', typ: 'at+jwt', kid: publicKey.kid }, claims());
};

const refused: readonly [string, () => string][] = [
  ['Basic credentials', () => `Basic ${Buffer.from('user:password').toString('base64')}`],
  ['a bare token', () => tokens.accessToken],
  ['Bearer and nothing', () => 'Bearer '],
  ['two tokens', () => `Bearer ${tokens.accessToken} ${tokens.accessToken}`],
  ['nonsense', () => 'Bearer nonsense'],
  ['a refresh token', () => `Bearer ${tokens.refreshToken}`],
  ['a token of another deployment', () => `Bearer ${foreign}`],
  ['a token with another signature', () => `Bearer ${forged()}`],
  ['a token with the public key as its secret', () => `Bearer ${confused()}`],
  ['an unsigned token', () => `Bearer ${unsigned({ alg: 'none', typ: 'at+jwt' }, claims())}`],
  ['another subject', () => `Bearer ${parts()[0]}.${encoded(claims({ sub: 'another subject' }))}.${parts()[2]}`],
  ['a later exp', () => `Bearer ${parts()[0]}.${encoded(claims({ exp: 9_999_999_999 }))}.${parts()[2]}`],
  ['a cut signature', () => `Bearer ${tokens.accessToken.slice(0, -2)}`],
];

describe.each(bearerRoutes)('%s', (_route, make) => {
  test('without a token: the scheme and no error code, without a table call', async () => {
    service.dynamo.clear();
    expectChallenge(await service.send(make({})), 'none');
    expect(service.dynamo.calls).toEqual([]);
  });

  test.each(refused)('%s: invalid_token, without a table call', async (_name, authorization) => {
    service.dynamo.clear();
    expectChallenge(await service.send(make({ authorization: authorization() })));
    expect(service.dynamo.calls).toEqual([]);
  });
});

describe('the access token of an ended session is refused on every route and writes nothing', () => {
  const deaths: readonly [string, (dead: Tokens, victim: User) => Promise<unknown>][] = [
    ['logged out', ({ refreshToken }) => revoke(service, refreshToken)],
    ['revoked with all others', ({ accessToken }) => revokeAll(service, accessToken)],
    [
      'not the one that was kept',
      async (_dead, victim) =>
        revokeAll(service, (await openSession(service, victim)).accessToken, { keep_current: true }),
    ],
    [
      'of an account that is disabled',
      (_dead, { username }) => pawl(service, ['users', 'disable', username, '--local', '--yes']),
    ],
    [
      'deleted by time to live',
      ({ sessionId }, { subject }) =>
        service.table('DeleteItem', { Key: { pk: { S: `USER#${subject}` }, sk: { S: `SESSION#${sessionId}` } } }),
    ],
  ];

  test.each(deaths)('%s', async (_name, die) => {
    const victim = await service.addUser();
    const dead = await openSession(service, victim);
    await die(dead, victim);
    // Before that the victim of a thief may still change the password with it: ADR 0046.
    service.local.advance(recentLoginMs / 1000);
    const epoch = await accountAttribute(service, victim, 'epoch');
    service.dynamo.clear();
    for (const [, make] of bearerRoutes) {
      expectChallenge(await service.send(make({ authorization: `Bearer ${dead.accessToken}` })));
    }
    // Reads alone: not even a try is counted in the name of a session that is over.
    expect(new Set(service.dynamo.calls.map((call) => call.operation))).toEqual(new Set(['GetItem', 'Query']));
    expect(await accountAttribute(service, victim, 'epoch')).toBe(epoch);
  });
});

test('the scheme may be written in any case', async () => {
  const { accessToken } = await openSession(service, user);
  const reply = await service.send({ path: '/auth/sessions', headers: { authorization: `bEARER ${accessToken}` } });
  expect(reply.status).toBe(200);
});

test('an expired access token is refused on every route, and the session lives on', async () => {
  const { accessToken, refreshToken } = await openSession(service, user);
  service.local.advance(601);
  for (const [, make] of bearerRoutes) {
    service.dynamo.clear();
    expectChallenge(await service.send(make({ authorization: `Bearer ${accessToken}` })));
    expect(service.dynamo.calls).toEqual([]);
  }
  expect((await refresh(service, refreshToken)).status).toBe(200);
});
