import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseToken } from '../../lambda/core/refresh-token.ts';
import { nodeCodec } from '../../lambda/crypto/node-crypto.ts';
import type { handler as Handler } from '../../lambda/handlers/authorizer.ts';
import { createVerifier, type Verifier, VerifyError } from '../../verify/index.ts';
import { audience, es256, TestIssuer } from '../examples/support/issuer.ts';
import { captureLog } from '../support/capture-log.ts';
import { claimTypes, duplicates, encodings, parties, times } from './support/claim-attacks.ts';
import { type Attack, order, rawJws, scalar } from './support/forge.ts';
import { base64, everyBit, everyLength, genuineElsewhere, serialisations, signatures } from './support/form-attacks.ts';
import {
  algorithms,
  claimsText,
  extensions,
  headerKeys,
  kids,
  twice,
  types,
  wrongKeys,
} from './support/header-attacks.ts';
import { printTable } from './support/table.ts';

const now = 1_800_000_000_000;
const issuer = await TestIssuer.start();
const other = await TestIssuer.start();
vi.useFakeTimers({ toFake: ['Date'], now });
const classes: Readonly<Record<string, readonly Attack[]>> = {
  'alg: none, HS for ES, names': algorithms(issuer),
  'key of another kind or curve': wrongKeys(issuer),
  kid: kids(issuer),
  'jku, x5u, jwk, x5c': headerKeys(issuer),
  'crit, b64, zip, enc': extensions(issuer),
  typ: types(issuer),
  'r, s, DER, lengths': signatures(issuer),
  'exp, nbf, iat, auth_time': times(issuer),
  'aud, iss': parties(issuer),
  'other claims, cnf': claimTypes(issuer),
  'a member named twice': duplicates(issuer),
  'JSON: broken, deep, huge': encodings(issuer),
  'serialisation, segments': serialisations(issuer),
  'base64url, not canonical': base64(issuer),
  'genuine elsewhere': genuineElsewhere(issuer, other),
  'one bit turned over': everyBit(issuer),
  'cut short': everyLength(issuer),
};

let verifier: Verifier;
let authorizer: typeof Handler;
const rows: (readonly unknown[])[] = [];

beforeAll(async () => {
  vi.stubEnv('ISSUER', issuer.url);
  vi.stubEnv('AUDIENCE', audience);
  vi.stubEnv('JWKS', JSON.stringify(issuer.jwks));
  authorizer = (await import('../../lambda/handlers/authorizer.ts')).handler;
  verifier = createVerifier({ issuer: issuer.url, audience, jwks: issuer.jwks });
});
afterAll(async () => {
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
  printTable(
    ['hostile access tokens', 'tokens', 'authorizer', 'pawl-verify'],
    [...rows, ['all', sum(1), sum(2), sum(3)]],
  );
  vi.useRealTimers();
  await Promise.all([issuer.stop(), other.stop()]);
});

const eventOf = (authorization: string) =>
  ({
    headers: { authorization },
    requestContext: { requestId: 'r1', http: { sourceIp: '192.0.2.1' } },
  }) as unknown as Parameters<typeof Handler>[0];

/** Reasons of a refusal; none that blames the service. */
const refusal = /^(token_\w+|issuer_mismatch|audience_mismatch)$/;

/** Why a token is refused; `allowed` when it is not. */
async function byVerify(token: string): Promise<string> {
  try {
    await verifier.verifyToken(token);
    return 'allowed';
  } catch (error) {
    if (!(error instanceof VerifyError)) return `threw ${String(error)}`;
    const quoted = token.length > 20 && `${error.message}${error.cause}`.includes(token);
    return error.status === 401 && !quoted ? error.reason : `${error.status}`;
  }
}

describe.each(Object.keys(classes))('%s', (name) => {
  test('every one is refused, by both for one reason', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now });
    const attacks = classes[name] ?? [];
    const log = captureLog();
    const found: unknown[] = [];
    for (const [attack, token] of attacks) {
      const { isAuthorized, context } = await authorizer(eventOf(`Bearer ${token}`));
      const ours = await byVerify(token);
      if (isAuthorized || Object.keys(context).length > 0 || !refusal.test(ours))
        found.push([attack, isAuthorized, ours]);
    }
    const lines = log.all();
    const text = log.text();
    vi.restoreAllMocks();
    expect(found).toEqual([]);
    expect(lines.map(({ level, outcome }) => `${level} ${outcome}`)).toEqual(attacks.map(() => 'info refused'));
    for (const [attack, token] of attacks) if (token.length > 20) expect(text.includes(token), attack).toBe(false);
    rows.push([name, attacks.length, attacks.length, attacks.length]);
  });
});

test('none of them is a refresh token, but the refresh token', () => {
  const parsed = Object.values(classes)
    .flat()
    .filter(([, token]) => parseToken(token, nodeCodec) !== undefined);
  expect(parsed.map(([name]) => name)).toEqual(['a refresh token']);
});

test('no address of a token was asked, and the JWKS once by each', () => {
  expect(issuer.requests).toEqual(['/.well-known/jwks.json', '/.well-known/jwks.json']);
  expect(other.requests).toEqual([]);
});

describe('what only the issuer can make, or what means the same, is let in', () => {
  test('a good token', async () => {
    expect(await byVerify(issuer.token())).toBe('allowed');
  });

  test('(r, n-s) for (r, s): ECDSA has two signatures per message, and nothing is stored by a token’s text', async () => {
    const [header, payload, signature = ''] = issuer.token().split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([bytes.subarray(0, 32), scalar(order - s)]).toString('base64url');
    expect(await byVerify(`${header}.${payload}.${twin}`)).toBe('allowed');
  });

  test('a member named twice under our signature: the last one counts, RFC 7515 §4', async () => {
    const header = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid });
    const token = rawJws(header, twice(issuer.claims(), 'sub', '"last"'), es256(issuer.key));
    expect((await verifier.verifyToken(token)).sub).toBe('last');
    expect(claimsText(issuer)).toContain('"sub":"u1"');
  });
});
