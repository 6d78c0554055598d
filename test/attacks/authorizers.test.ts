import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { TestIssuer } from '../examples/support/issuer.ts';
import { check } from '../support/check.ts';
import { coldStart, stageArn } from '../support/policy-authorizers.ts';
import { nonsense } from './support/requests.ts';
import { anyOf, text } from './support/texts.ts';

/** Events of any shape for the three authorizers: a caller without a valid token is never allowed, and nothing hangs. */

const now = 1_800_000_000_000;
vi.useFakeTimers({ toFake: ['Date'], now });
const issuer = await TestIssuer.start();
const token = issuer.token({ exp: now / 1000 });
afterAll(async () => {
  vi.useRealTimers();
  await issuer.stop();
});

const headers = fc.oneof(
  fc.record({ authorization: fc.oneof(anyOf(`Bearer ${token}`), nonsense) }),
  fc.record({ 'sec-websocket-protocol': fc.oneof(anyOf(`pawl.bearer.${token}`), nonsense) }),
  fc.dictionary(text, text),
  nonsense,
);
const events = fc.oneof(
  { weight: 1, arbitrary: nonsense },
  {
    weight: 9,
    arbitrary: fc.record(
      {
        headers,
        multiValueHeaders: fc.oneof(headers, nonsense),
        methodArn: fc.oneof(fc.constant(`${stageArn}/GET/x`), fc.constant('*'), nonsense),
        requestContext: fc.oneof(fc.constant({ requestId: 'r', http: { sourceIp: '192.0.2.1' } }), nonsense),
      },
      { requiredKeys: [] },
    ),
  },
);

const handlers = {
  'HTTP API': () => import('../../lambda/handlers/authorizer.ts'),
  'REST API': () => import('../../lambda/handlers/rest-authorizer.ts'),
  'WebSocket API': () => import('../../lambda/handlers/websocket-authorizer.ts'),
} as const;

test.each(Object.entries(handlers))('%s: no event without a valid token is let in', async (_name, load) => {
  type Load = Parameters<typeof coldStart>[0];
  const handler = await coldStart(load as unknown as Load, issuer);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  let asked = 0;
  await check(1000, [events], async (event) => {
    asked += 1;
    // A throw is a refusal: API Gateway answers 401 or 500, and calls nothing.
    const answer = await handler(event as never).catch(() => undefined);
    expect((answer as { isAuthorized?: boolean } | undefined)?.isAuthorized ?? false).toBe(false);
    expect(answer?.policyDocument).toBeUndefined();
  });
  expect(asked).toBe(1000);
});
