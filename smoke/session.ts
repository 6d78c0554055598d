import { createPublicKey, type JsonWebKeyInput, verify } from 'node:crypto';
import { type Check, type Credentials, must, mustBe, type Subject } from './check.ts';
import { expectError, expectGateway, expectOk, expectOwnHeaders } from './expect.ts';
import { type Answer, jsonCall } from './http.ts';
import { publishedKeys } from './published.ts';

/** The response of a login or a refresh. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  readonly expiresInSeconds: number;
}

const deviceName = 'pawl smoke test';

/** Logs in. @throws Violation */
export async function login(subject: Subject, { username, password }: Credentials): Promise<Tokens> {
  return tokensOf(await subject.send(jsonCall('/auth/login', { username, password, device_name: deviceName })));
}

/** Refreshes and returns the response without checking it. */
export function tryRefresh(subject: Subject, refreshToken: string): Promise<Answer> {
  return subject.send(jsonCall('/auth/refresh', { grant_type: 'refresh_token', refresh_token: refreshToken }));
}

/** Refreshes. @throws Violation */
export async function refresh(subject: Subject, refreshToken: string): Promise<Tokens> {
  return tokensOf(await tryRefresh(subject, refreshToken));
}

/** Ends the session. @throws Violation */
export async function revoke(subject: Subject, refreshToken: string): Promise<void> {
  expectOk(await subject.send(jsonCall('/auth/revoke', { token: refreshToken })));
}

/** `GET /me` with an access token. */
export function me(subject: Subject, accessToken: string): Promise<Answer> {
  return subject.send({ path: '/me', headers: { authorization: `Bearer ${accessToken}` } });
}

/** Runs a function with a new session, and always ends that session. */
async function withSession(subject: Subject, run: (tokens: Tokens) => Promise<void>): Promise<void> {
  must(subject.credentials !== undefined, 'there are no credentials');
  const tokens = await login(subject, subject.credentials);
  try {
    await run(tokens);
  } finally {
    await revoke(subject, tokens.refreshToken);
  }
}

/** Checks that need a user. They end every session that they start, and touch no other session. */
export const sessionChecks: readonly Check[] = [
  {
    name: 'a login returns an access token that the published keys verify and /me accepts',
    run: (subject) =>
      withSession(subject, async (tokens) => {
        const claims = await verifiedClaims(subject, tokens.accessToken);
        mustBe('iss', claims.iss, subject.issuer);
        mustBe('aud', claims.aud, subject.audience);
        mustBe('sid', claims.sid, tokens.sessionId);
        mustBe('exp - iat', Number(claims.exp) - Number(claims.iat), tokens.expiresInSeconds);
        const answer = await me(subject, tokens.accessToken);
        expectOk(answer);
        for (const name of ['sub', 'sid', 'client_id', 'scope', 'exp']) {
          mustBe(`${name} at /me`, answer.json[name] as string | number, claims[name] as string | number);
        }
      }),
  },
  {
    name: 'an access token with one changed bit is refused',
    run: (subject) =>
      withSession(subject, async ({ accessToken }) => {
        for (const part of [0, 1, 2]) {
          expectGateway(await me(subject, tampered(accessToken, part)), 403, 'Forbidden');
        }
      }),
  },
  {
    name: 'a refresh rotates the token, and a retry gets the same successor byte for byte',
    run: (subject) =>
      withSession(subject, async (first) => {
        const second = await refresh(subject, first.refreshToken);
        must(second.refreshToken !== first.refreshToken, 'the refresh token is the same as before');
        mustBe('the session', second.sessionId, first.sessionId);
        expectOk(await me(subject, second.accessToken));
        if (subject.strictRotation === true) return;
        const again = await refresh(subject, first.refreshToken);
        must(again.refreshToken === second.refreshToken, 'the retry got another refresh token');
      }),
  },
  {
    name: 'twenty parallel refreshes with one token get one successor',
    run: (subject) =>
      withSession(subject, async ({ refreshToken }) => {
        if (subject.strictRotation === true) return;
        const all = await Promise.all(Array.from({ length: 20 }, () => refreshPatiently(subject, refreshToken)));
        const different = new Set(all.map((tokens) => tokens.refreshToken));
        mustBe('the number of different successors', different.size, 1);
        must(!different.has(refreshToken), 'the token did not rotate');
        const ids = all.map(({ accessToken }) => decoded(accessToken.split('.')[1]).jti);
        mustBe('the number of different access tokens', new Set(ids).size, 20);
      }),
  },
  {
    name: 'a tampered refresh token is refused, and its session stays alive',
    run: (subject) =>
      withSession(subject, async ({ refreshToken }) => {
        for (const part of [1, 2])
          expectError(await tryRefresh(subject, tampered(refreshToken, part)), 400, 'invalid_grant');
        await refresh(subject, refreshToken);
      }),
  },
  {
    name: 'after a revocation, every token of the session is refused',
    run: (subject) =>
      withSession(subject, async (first) => {
        const second = await refresh(subject, first.refreshToken);
        await revoke(subject, second.refreshToken);
        for (const { refreshToken } of [second, first]) {
          expectError(await tryRefresh(subject, refreshToken), 400, 'invalid_grant');
        }
        // RFC 7009 §2.2: revoking an invalid token is not an error.
        await revoke(subject, second.refreshToken);
      }),
  },
];

/**
 * Refreshes like a client that retries with the same token when the response requires it. A new AWS account runs at
 * most ten functions at a time and returns 503 above that.
 */
async function refreshPatiently(subject: Subject, refreshToken: string): Promise<Tokens> {
  const passing = [429, 503, ...(subject.differs('shared-cores') ? [500] : [])];
  for (let left = 3; left > 0; left -= 1) {
    const answer = await tryRefresh(subject, refreshToken);
    if (!passing.includes(answer.status)) return tokensOf(answer);
  }
  return refresh(subject, refreshToken);
}

function tokensOf(answer: Answer): Tokens {
  expectOk(answer);
  expectOwnHeaders(answer);
  const { access_token, token_type, expires_in, refresh_token, scope, session_id } = answer.json;
  mustBe('token_type', token_type, 'Bearer');
  must(typeof access_token === 'string' && typeof refresh_token === 'string', 'a token is missing');
  must(typeof expires_in === 'number' && typeof session_id === 'string', 'expires_in or session_id is missing');
  must(typeof scope === 'string', 'scope is missing');
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    sessionId: session_id,
    expiresInSeconds: expires_in,
  };
}

/** Verifies an access token with the published keys. @throws Violation */
async function verifiedClaims(subject: Subject, token: string): Promise<Readonly<Record<string, unknown>>> {
  const [header, claims, signature = ''] = token.split('.');
  const { alg, typ, kid } = decoded(header);
  mustBe('alg and typ', `${alg} ${typ}`, 'ES256 at+jwt');
  const jwk = (await publishedKeys(subject)).find((key) => key.kid === kid);
  must(jwk !== undefined, 'the access token names a key that is not published');
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' } satisfies JsonWebKeyInput);
  const input = Buffer.from(`${header}.${claims}`);
  const proof = Buffer.from(signature, 'base64url');
  must(verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, proof), 'the signature is wrong');
  return decoded(claims);
}

function decoded(part = ''): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
}

/** Changes one character in the middle of one part of the token, so that it decodes to other bytes. */
function tampered(token: string, part: number): string {
  const parts = token.split('.');
  const old = parts[part] ?? '';
  const middle = Math.floor(old.length / 2);
  parts[part] = `${old.slice(0, middle)}${old[middle] === 'A' ? 'B' : 'A'}${old.slice(middle + 1)}`;
  return parts.join('.');
}
