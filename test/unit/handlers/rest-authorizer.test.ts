import { afterAll, describe, expect, test, vi } from 'vitest';
import { corpus } from '../../examples/support/corpus.ts';
import { TestIssuer, testKey, unreachable } from '../../examples/support/issuer.ts';
import { ask, coldStart, stageArn, undecided, verdict } from '../../support/policy-authorizers.ts';

const load = () => import('../../../lambda/handlers/rest-authorizer.ts');
const issuer = await TestIssuer.start();
afterAll(() => issuer.stop());
const handler = await coldStart(load, issuer);

/** As API Gateway sends it for `GET /orders/7`, with the header as the client wrote it. */
const eventOf = (headers: Readonly<Record<string, string[]>>, changed: object = {}) => ({
  type: 'REQUEST',
  methodArn: `${stageArn}/GET/orders/7`,
  resource: '/orders/{id}',
  path: '/orders/7',
  httpMethod: 'GET',
  headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.at(-1)])),
  multiValueHeaders: headers,
  queryStringParameters: {},
  pathParameters: { id: '7' },
  stageVariables: null,
  requestContext: { requestId: 'r1', stage: 'prod', identity: { sourceIp: '192.0.2.1' } },
  ...changed,
});
const withToken = (token: string, changed?: object) => eventOf({ Authorization: [`Bearer ${token}`] }, changed);

describe('a valid access token', () => {
  test('allows every method of the stage, so that a cached answer fits them all', async () => {
    const { answer, line } = await ask(handler, withToken(issuer.token()));
    const { exp } = issuer.claims();
    expect(answer).toEqual({
      principalId: 'u1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${stageArn}/*/*` }],
      },
      context: { sub: 'u1', sid: 's1', client_id: 'web', scope: 'orders:read', exp: expect.any(String) },
    });
    expect(Math.abs(Number(answer?.context.exp) - Number(exp))).toBeLessThan(5);
    expect(line).toMatchObject({ level: 'info', route: 'authorizer', outcome: 'allowed', subject: 'u1' });
    expect(line).toMatchObject({ requestId: 'r1', sourceIp: '192.0.2.1', sessionId: 's1', clientId: 'web' });
  });

  test("has a flat context of texts: API Gateway refuses anything else, and the team's claims are left out", async () => {
    const { answer } = await ask(handler, withToken(issuer.token({ scope: '', tenant: { id: 't1' } })));
    expect(Object.values(answer?.context ?? {}).every((value) => typeof value === 'string')).toBe(true);
    expect(Object.keys(answer?.context ?? {})).toEqual(['sub', 'sid', 'client_id', 'scope', 'exp']);
  });

  test('gives the same answer whichever method it comes with', async () => {
    const token = issuer.token();
    const answers = await Promise.all(
      ['GET/', 'DELETE/orders/7', 'POST/a/b/c'].map(async (method) => {
        vi.spyOn(process.stdout, 'write').mockReturnValue(true);
        return handler(withToken(token, { methodArn: `${stageArn}/${method}` }));
      }),
    );
    vi.restoreAllMocks();
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test.each(['authorization', 'AUTHORIZATION'])('is found under %s as well', async (name) => {
    expect(await verdict(handler, eventOf({ [name]: [`bearer ${issuer.token()}`] }))).toBe('allowed');
  });

  test('is found where the event has no lists', async () => {
    const event = withToken(issuer.token(), { multiValueHeaders: null });
    expect(await verdict(handler, event)).toBe('allowed');
  });
});

describe('401: it throws `Unauthorized`, and no policy is there to be cached', () => {
  test('every token is judged as by the HTTP API authorizer', async () => {
    const samples = corpus(issuer);
    expect(samples.length).toBeGreaterThan(70);
    const found: (readonly [string, string])[] = [];
    for (const [name, token] of samples) found.push([name, await verdict(handler, withToken(token))]);
    const due = samples.map(([name, , reason]) => [name, reason === 'allowed' ? reason : `Unauthorized: ${reason}`]);
    // A token of the corpus may have run out since it was made.
    const clockless = ([name = '']: readonly string[]) => !/^exp \d+$/.test(name);
    expect(found.filter(clockless)).toEqual(due.filter(clockless));
  });

  test.each([
    ['no headers', {}],
    ['another scheme', { Authorization: ['Basic dXNlcjpwYXNz'] }],
    ['an empty header', { Authorization: [''] }],
    ['a token in a cookie', { Cookie: ['access_token=a.b.c'] }],
  ])('%s', async (_, headers) => {
    expect(await verdict(handler, eventOf(headers))).toBe('Unauthorized: token_malformed');
  });

  test('two headers, even when both are good: the cache knows one of them alone', async () => {
    const twice = [`Bearer ${issuer.token()}`, `Bearer ${issuer.token()}`];
    expect(await verdict(handler, eventOf({ Authorization: twice }))).toBe('Unauthorized: token_malformed');
    const [first = '', second = ''] = twice;
    const cases = eventOf({ Authorization: [first], authorization: [second] });
    expect(await verdict(handler, cases)).toBe('Unauthorized: token_malformed');
  });

  test.each(['access_token', 'Authorization', 'authorization'])('a token in the query string as %s', async (name) => {
    for (const value of [issuer.token(), `Bearer ${issuer.token()}`]) {
      const event = eventOf({}, { queryStringParameters: { [name]: value } });
      expect(await verdict(handler, event)).toBe('Unauthorized: token_malformed');
    }
  });

  test('expired, and of another issuer', async () => {
    expect(await verdict(handler, withToken(issuer.token({ exp: 1 })))).toBe('Unauthorized: token_expired');
    const foreign = issuer.token({ iss: 'https://evil.example.com' }, { kid: 'evil' }, testKey('evil'));
    expect(await verdict(handler, withToken(foreign))).toBe('Unauthorized: issuer_mismatch');
  });
});

describe('500: nothing was decided, and nothing is allowed', () => {
  const broken: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['null', null],
    ['an empty event', {}],
    ['a text', 'REQUEST'],
    ['an event of an HTTP API, payload 2.0', { version: '2.0', routeArn: stageArn, headers: { authorization: 'x' } }],
    ['type TOKEN', { type: 'TOKEN', authorizationToken: 'Bearer a.b.c', methodArn: undefined }],
  ];
  test.each(broken)('%s', async (_, event) => {
    expect(await verdict(handler, event)).toBe(`${undecided}: unexpected`);
  });

  test.each([
    undefined,
    '',
    '*',
    'arn:aws:execute-api:*:*:*/*/',
    'arn:aws:execute-api:eu-central-1:111122223333:*/prod/GET/',
    'arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/*/GET/',
    'arn:aws:s3:::bucket/prod/GET/',
    stageArn,
    7,
  ])('a good token with the method %s', async (methodArn) => {
    expect(await verdict(handler, withToken(issuer.token(), { methodArn }))).toBe(`${undecided}: unexpected`);
  });

  test('headers that are not text', async () => {
    const event = { ...eventOf({}), headers: { Authorization: 7 }, multiValueHeaders: { Authorization: [{}] } };
    expect(await verdict(handler, event)).toMatch(/^(Unauthorized|the access token)/);
  });
});

describe('elsewhere', () => {
  test('without keys of its own it asks the issuer for them, once', async () => {
    const asked = issuer.requests.length;
    const elsewhere = await coldStart(load, issuer, { keys: [] });
    for (let call = 0; call < 3; call += 1) {
      expect(await verdict(elsewhere, withToken(issuer.token()))).toBe('allowed');
    }
    expect(issuer.requests.slice(asked)).toEqual(['/.well-known/jwks.json']);
  });

  test('while the issuer does not answer nobody passes, and nobody is told to log in', async () => {
    issuer.answer = unreachable;
    const elsewhere = await coldStart(load, issuer, { keys: [] });
    const { thrown, line, answer } = await ask(elsewhere, withToken(issuer.token()));
    issuer.answer = undefined;
    expect([answer, thrown]).toEqual([undefined, undecided]);
    expect(line).toMatchObject({ level: 'error', reason: 'keys_unavailable' });
  });

  test("while the issuer's key cannot be used, no caller is told to log in", async () => {
    const keys = [{ ...issuer.key.jwk, x: 'AAAA' }];
    issuer.answer = (_request, response) => response.end(JSON.stringify({ keys }));
    const { thrown, line } = await ask(await coldStart(load, issuer, { keys: [] }), withToken(issuer.token()));
    issuer.answer = undefined;
    expect(thrown).toBe(undecided);
    expect(line).toMatchObject({ level: 'error', reason: 'keys_unavailable' });
  });
});

test('neither token nor headers are logged', async () => {
  const token = issuer.token();
  for (const event of [withToken(token), withToken(`${token}x`), eventOf({ Authorization: [token] })]) {
    const { written } = await ask(handler, event);
    for (const part of token.split('.')) expect(written).not.toContain(part);
  }
});
