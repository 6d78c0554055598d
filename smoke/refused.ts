import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { type Check, must, mustBe, type Subject } from './check.ts';
import { expectChallenge, expectError, expectGateway, expectOk } from './expect.ts';
import { type Call, formCall, jsonCall } from './http.ts';
import { publishedKeys } from './published.ts';

const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A well-formed refresh token whose tag is from an unknown key. */
function forgedRefreshToken(): string {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const name = (bytes: number) => Buffer.from(randomBytes(bytes).toString('base64url'));
  const body = [name(6), name(16), randomBytes(16), Buffer.alloc(8), randomBytes(32)].map(field);
  return `pwl1.${Buffer.concat(body).toString('base64url')}.${randomBytes(16).toString('base64url')}`;
}

/** An access token with correct claims and a published kid, signed with another key. */
async function forgedAccessTokens(subject: Subject): Promise<readonly string[]> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Math.floor(Date.now() / 1000);
  const claims = text({
    iss: subject.issuer,
    aud: subject.audience,
    sub: 'stranger',
    client_id: 'default',
    iat: now,
    exp: now + 300,
    jti: randomBytes(16).toString('base64url'),
    sid: randomBytes(16).toString('base64url'),
    scope: '',
    auth_time: now,
  });
  const keys = await publishedKeys(subject);
  const signed = (kid: string) => {
    const input = `${text({ alg: 'ES256', typ: 'at+jwt', kid })}.${claims}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  };
  return [
    'nonsense',
    forgedRefreshToken(),
    `${text({ alg: 'none', typ: 'at+jwt' })}.${claims}.`,
    ...keys.map(({ kid }) => signed(kid)),
    signed(randomBytes(32).toString('base64url')),
  ];
}

const login = { username: 'nobody@smoke.invalid', password: 'not a password' };
const grant = { grant_type: 'refresh_token', refresh_token: 'nonsense' };
const json = { 'content-type': 'application/json' };

/** Requests that are refused before any read of the table, each with its response. */
const badInput: readonly (readonly [string, Call, number, string])[] = [
  ['no body', { method: 'POST', path: '/auth/login' }, 400, 'invalid_request'],
  ['broken JSON', { path: '/auth/login', body: '{"username":', headers: json }, 400, 'invalid_request'],
  ['a list as body', jsonCall('/auth/login', [login]), 400, 'invalid_request'],
  ['no password', jsonCall('/auth/login', { username: login.username }), 400, 'invalid_request'],
  ['a number as password', jsonCall('/auth/login', { ...login, password: 12345678 }), 400, 'invalid_request'],
  ['a form at the login', formCall('/auth/login', login), 400, 'invalid_request'],
  ['a huge body', jsonCall('/auth/login', { ...login, device_name: 'x'.repeat(9000) }), 400, 'invalid_request'],
  ['a password in the URL', jsonCall('/auth/login?password=x', login), 400, 'invalid_request'],
  ['no grant type', jsonCall('/auth/refresh', { refresh_token: 'nonsense' }), 400, 'invalid_request'],
  [
    'another grant type',
    jsonCall('/auth/refresh', { ...grant, grant_type: 'password' }),
    400,
    'unsupported_grant_type',
  ],
  ['no refresh token', jsonCall('/auth/refresh', { grant_type: 'refresh_token' }), 400, 'invalid_request'],
  ['a repeated parameter', repeated('/auth/refresh'), 400, 'invalid_request'],
  ['client authentication', jsonCall('/auth/refresh', { ...grant, client_secret: 'x' }), 401, 'invalid_client'],
  ['nothing to revoke', jsonCall('/auth/revoke', {}), 400, 'invalid_request'],
];

/** Checks of requests that must be refused. They write nothing and name no user that could exist. */
export const refusedChecks: readonly Check[] = [
  {
    name: 'bad input is refused with the right code',
    run: async (subject) => {
      for (const [what, call, status, code] of badInput) {
        await naming(what, async () => expectError(await subject.send(call), status, code));
      }
    },
  },
  {
    name: 'a 401 of the service carries its challenge, under the standard header name or that of API Gateway',
    run: async (subject, note) => {
      const noToken = await subject.send({ path: '/auth/sessions' });
      expectError(noToken, 401, 'invalid_token');
      const name = expectChallenge(noToken, 'Bearer realm="pawl"');
      const client = await subject.send(jsonCall('/auth/refresh', { ...grant, client_secret: 'x' }));
      mustBe('the name of the second challenge', expectChallenge(client, 'None realm="pawl"'), name);
      note(`the challenge came as ${name}`);
    },
  },
  {
    name: 'a forged refresh token is refused, in JSON and as a form',
    run: async (subject) => {
      for (const refresh_token of ['nonsense', forgedRefreshToken()]) {
        for (const make of [jsonCall, formCall]) {
          const call = make('/auth/refresh', { grant_type: 'refresh_token', refresh_token });
          expectError(await subject.send(call), 400, 'invalid_grant');
        }
      }
    },
  },
  {
    name: 'revoking an unknown token returns 200 (RFC 7009 §2.2)',
    run: async (subject) => {
      for (const make of [jsonCall, formCall]) {
        const answer = await subject.send(make('/auth/revoke', { token: forgedRefreshToken() }));
        expectOk(answer);
        mustBe('the body', answer.text, '{}');
      }
    },
  },
  {
    name: 'forged access tokens are refused at a guarded route',
    run: async (subject) => {
      for (const token of await forgedAccessTokens(subject)) {
        const answer = await subject.send({ path: '/me', headers: { authorization: `Bearer ${token}` } });
        expectGateway(answer, 403, 'Forbidden');
      }
      const basic = { authorization: `Basic ${Buffer.from('nobody:nothing').toString('base64')}` };
      expectGateway(await subject.send({ path: '/me', headers: basic }), 403, 'Forbidden');
    },
  },
];

async function naming(what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    must(false, `${what}: ${(error as Error).message}`);
  }
}

function repeated(path: string): Call {
  const body = 'grant_type=refresh_token&refresh_token=a&refresh_token=b';
  return { path, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}
