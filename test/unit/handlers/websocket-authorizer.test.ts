import { afterAll, describe, expect, test } from 'vitest';
import { corpus } from '../../examples/support/corpus.ts';
import { TestIssuer, unreachable } from '../../examples/support/issuer.ts';
import { ask, coldStart, stageArn, undecided, verdict } from '../../support/policy-authorizers.ts';

const load = () => import('../../../lambda/handlers/websocket-authorizer.ts');
const issuer = await TestIssuer.start();
afterAll(() => issuer.stop());
const handler = await coldStart(load, issuer);

/** As API Gateway sends it for `$connect`. */
const eventOf = (headers: Readonly<Record<string, string>>, changed: object = {}) => ({
  type: 'REQUEST',
  methodArn: `${stageArn}/$connect`,
  headers: { Host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com', Upgrade: 'websocket', ...headers },
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  queryStringParameters: {},
  stageVariables: {},
  requestContext: {
    routeKey: '$connect',
    eventType: 'CONNECT',
    connectionId: 'c1',
    requestId: 'r1',
    stage: 'prod',
    identity: { sourceIp: '192.0.2.1' },
  },
  ...changed,
});
const byHeader = (token: string) => eventOf({ Authorization: `Bearer ${token}` });
const byProtocol = (offered: string) => eventOf({ 'Sec-WebSocket-Protocol': offered });

describe('a valid access token', () => {
  const expected = {
    principalId: 'u1',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${stageArn}/$connect` }],
    },
    context: { sub: 'u1', sid: 's1', client_id: 'web', scope: 'orders:read', exp: expect.any(String) },
  };

  test('in the Authorization header lets the client connect', async () => {
    const { answer, line } = await ask(handler, byHeader(issuer.token()));
    expect(answer).toEqual(expected);
    expect(line).toMatchObject({ route: 'authorizer', outcome: 'allowed', requestId: 'r1', sourceIp: '192.0.2.1' });
  });

  test.each([
    ['after', (token: string) => `chat.v1, pawl.bearer.${token}`],
    ['before', (token: string) => `pawl.bearer.${token},chat.v1`],
    ['without', (token: string) => `pawl.bearer.${token}`],
  ])('among the subprotocols does, %s another one', async (_, offer) => {
    expect((await ask(handler, byProtocol(offer(issuer.token())))).answer).toEqual(expected);
  });

  test('is written in characters that a subprotocol may have (RFC 6455 §4.1)', () => {
    expect(`pawl.bearer.${issuer.token()}`).toMatch(/^[\w!#$%&'*+.^`|~-]+$/);
  });
});

describe('401', () => {
  test('every token is judged as by the HTTP API authorizer', async () => {
    const samples = corpus(issuer).filter(([name, token]) => !/^exp \d+$/.test(name) && !token.includes(','));
    const found: (readonly [string, string])[] = [];
    for (const [name, token] of samples) found.push([name, await verdict(handler, byProtocol(`pawl.bearer.${token}`))]);
    const due = samples.map(([name, , reason]) => [name, reason === 'allowed' ? reason : `Unauthorized: ${reason}`]);
    expect(found).toEqual(due);
  });

  test.each([
    ['no token at all', {}],
    ['another subprotocol alone', { 'Sec-WebSocket-Protocol': 'chat.v1' }],
    ['an empty one', { 'Sec-WebSocket-Protocol': 'pawl.bearer.' }],
    ['another scheme', { Authorization: 'Basic dXNlcjpwYXNz' }],
  ])('%s', async (_, headers) => {
    expect(await verdict(handler, eventOf(headers))).toBe('Unauthorized: token_malformed');
  });

  test.each(['access_token', 'token', 'Authorization', 'authorization', 'Auth', 'Sec-WebSocket-Protocol'])(
    'a token in the query string as %s is not looked at: addresses end up in logs',
    async (name) => {
      const token = issuer.token();
      for (const value of [token, `Bearer ${token}`, `pawl.bearer.${token}`]) {
        const query = {
          queryStringParameters: { [name]: value },
          multiValueQueryStringParameters: { [name]: [value] },
        };
        const { thrown, written } = await ask(handler, eventOf({}, query));
        expect(thrown).toBe('Unauthorized');
        expect(written).not.toContain(token);
      }
    },
  );

  test('more than one token, even when all are good', async () => {
    const token = issuer.token();
    const both = { Authorization: `Bearer ${token}`, 'Sec-WebSocket-Protocol': `pawl.bearer.${token}` };
    const twice = { 'Sec-WebSocket-Protocol': `pawl.bearer.${token}, pawl.bearer.${token}` };
    const beside = { Authorization: 'Basic dXNlcjpwYXNz', 'Sec-WebSocket-Protocol': `pawl.bearer.${token}` };
    for (const headers of [both, twice, beside]) {
      expect(await verdict(handler, eventOf(headers))).toBe('Unauthorized: token_malformed');
    }
  });

  test('expired', async () => {
    expect(await verdict(handler, byHeader(issuer.token({ exp: 1 })))).toBe('Unauthorized: token_expired');
  });
});

describe('500: nothing was decided, and nothing is allowed', () => {
  const broken: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['an empty event', {}],
    ['no method', eventOf({}, { methodArn: undefined })],
    ['a pattern in place of the API', eventOf({}, { methodArn: 'arn:aws:execute-api:*:*:*/*/$connect' })],
  ];
  test.each(broken)('%s', async (_, event) => {
    expect(await verdict(handler, event)).toBe(`${undecided}: unexpected`);
  });

  test('the issuer does not answer', async () => {
    issuer.answer = unreachable;
    const elsewhere = await coldStart(load, issuer, { keys: [] });
    expect(await verdict(elsewhere, byHeader(issuer.token()))).toBe(`${undecided}: keys_unavailable`);
    issuer.answer = undefined;
  });
});

test('no token is logged, whichever way it came', async () => {
  const token = issuer.token();
  for (const event of [byHeader(token), byProtocol(`pawl.bearer.${token}`), byProtocol(`pawl.bearer.${token}x`)]) {
    const { written } = await ask(handler, event);
    for (const part of token.split('.')) expect(written).not.toContain(part);
  }
});
