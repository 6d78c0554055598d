import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WithdrawalReport } from '../../lambda/contract/key-rotation.ts';
import type { SigningRing } from '../../lambda/keys/rings.ts';
import { localCredentials } from '../../local/aws/dynamodb-call.ts';
import { headerOf, signedBy } from '../support/jwt.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';
import * as session from './support/session.ts';

/** An attacker has read the signing secret and issues access tokens. The tests depend on each other. */

let service: ProxiedService;
let user: User;
let honest: session.Tokens;
let forged: string;
let report: WithdrawalReport;

beforeAll(async () => {
  service = await startProxied();
  user = await service.addUser();
  // The withdrawal gives the issuer 2 s to show its keys: no cold start of this machine shall count.
  await service.send({ path: '/.well-known/jwks.json' });
  honest = await session.openSession(service, user);
  const { current } = await readSigningSecret();
  const claims = session.claimsOf(honest.accessToken);
  forged = signedBy(current, headerOf(current), { ...claims, exp: Number(claims.exp) + 10 * 86_400 });
}, 60_000);
afterAll(() => service.stop());

async function readSigningSecret(): Promise<SigningRing> {
  const endpoint = service.local.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '';
  const client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials: localCredentials });
  const SecretId = service.local.environmentOf('TokenServiceKeyRotation').SIGNING_KEYS_SECRET ?? '';
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }));
  return JSON.parse(SecretString ?? '') as SigningRing;
}

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

/** Status at the authorizer, and at a route that checks the token itself. */
async function verdicts(token: string): Promise<readonly number[]> {
  const headers = { authorization: `Bearer ${token}` };
  const own = await service.send({ method: 'GET', path: '/auth/sessions', headers });
  return [(await session.me(service, token)).status, own.status];
}

test('tokens signed with the leaked key are accepted', async () => {
  service.local.advance(400);
  expect(await verdicts(forged)).toEqual([200, 200]);
});

test('the key is withdrawn, and the result says until when it is trusted', async () => {
  const outcome = await service.local.invoke('TokenServiceKeyRotation', { withdraw: [kidOf(forged)] });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  report = outcome.payload as WithdrawalReport;
  expect(report).toMatchObject({ outcome: 'withdrawn', withdrawn: [kidOf(forged)] });
  const jwks = await service.send({ method: 'GET', path: '/.well-known/jwks.json' });
  expect(jwks.status).toBe(200);
});

test('the warm functions then refuse it, and honest users have a token of the next key', async () => {
  const issuedAt = Number(session.claimsOf(honest.accessToken).iat);
  // What has passed of it since the login, and a second for what the steps took.
  service.local.advance(Math.ceil(report.believedUntil / 1000) - issuedAt - 400 + 1);
  expect(await verdicts(forged)).toEqual([403, 401]);
  const { accessToken } = session.tokensOf(await session.refresh(service, honest.refreshToken));
  expect(kidOf(accessToken)).toBe(report.kids.current);
  expect(await verdicts(accessToken)).toEqual([200, 200]);
});
