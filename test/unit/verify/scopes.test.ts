import { describe, expect, test } from 'vitest';
import {
  type AuthorizedEvent,
  callerOf,
  KeysUnavailableError,
  requireScope,
  VerifyError,
} from '../../../verify/index.ts';

const caller = { scopes: ['orders:read', 'orders:write'] };

describe('requireScope', () => {
  test('lets pass who has all of them', () => {
    expect(() => requireScope(caller, 'orders:write')).not.toThrow();
    expect(() => requireScope(caller, 'orders:read', 'orders:write')).not.toThrow();
  });

  test.each(['orders', 'orders:read:all', 'ORDERS:READ', 'orders:*'])('%s is another scope', (scope) => {
    expect(() => requireScope(caller, scope)).toThrow(VerifyError);
  });

  test('says 403, and in the challenge all that the route needs', () => {
    let thrown: unknown;
    try {
      requireScope(caller, 'orders:read', 'admin');
    } catch (error) {
      thrown = error;
    }
    const challenge = 'Bearer realm="pawl", error="insufficient_scope", scope="orders:read admin"';
    expect(thrown).toMatchObject({
      name: 'VerifyError',
      code: 'insufficient_scope',
      status: 403,
      reason: 'scope_missing',
      challenge,
      headers: { 'cache-control': 'no-store', 'www-authenticate': challenge },
      body: { error: 'insufficient_scope' },
    });
  });

  test.each(['', 'a b', 'quo"te', 'back\\slash', 'line\nbreak', 'ümlaut'])(
    '%j is a mistake of the program',
    (scope) => {
      expect(() => requireScope({ scopes: [scope] }, scope)).toThrow(TypeError);
    },
  );

  test.each([[undefined], [null], [['orders:read']], [7]])('the scope %j is a mistake of the program', (scope) => {
    expect(() => requireScope(caller, scope as unknown as string)).toThrow(/is not a scope$/);
  });

  test.each([[Promise.resolve(caller)], [undefined], [{ scopes: 'orders:read' }]])(
    'the caller %j is a mistake of the program',
    (wrong) => {
      expect(() => requireScope(wrong as unknown as typeof caller, 'orders')).toThrow(/^the caller has no scopes/);
    },
  );
});

describe('the other challenges', () => {
  test.each([
    ['token_missing', 'Bearer realm="pawl"'],
    ['token_expired', 'Bearer realm="pawl", error="invalid_token"'],
    ['token_forged', 'Bearer realm="pawl", error="invalid_token"'],
  ] as const)('%s', (reason, challenge) => {
    const error = new VerifyError('invalid_token', reason);
    expect([error.status, error.challenge, error.body]).toEqual([401, challenge, { error: 'invalid_token' }]);
    expect(error.message).not.toContain(reason);
  });

  test('none with 503', () => {
    const error = new KeysUnavailableError(new Error('down'));
    expect(error).not.toBeInstanceOf(VerifyError);
    expect(error).toMatchObject({ status: 503, code: 'unavailable', body: { error: 'temporarily_unavailable' } });
    expect(error.headers).toEqual({ 'cache-control': 'no-store', 'retry-after': '10' });
  });
});

describe('callerOf', () => {
  const context = { sub: 'u1', sid: 's1', client_id: 'web', scope: 'orders:read', exp: '1800000600' };
  const event = (lambda: object | null): AuthorizedEvent => ({ requestContext: { authorizer: { lambda } } });

  test('reads what the authorizer passed on', () => {
    expect(callerOf(event(context))).toEqual({
      sub: 'u1',
      sid: 's1',
      clientId: 'web',
      scopes: ['orders:read'],
      expiresAt: new Date(1_800_000_600_000),
    });
    expect(callerOf(event({ ...context, scope: '' })).scopes).toEqual([]);
  });

  const open = { requestContext: {} } as unknown as AuthorizedEvent;
  const byJwt = { requestContext: { authorizer: { jwt: { claims: context } } } } as unknown as AuthorizedEvent;
  test.each([
    ['no authorizer', open],
    ['a JWT authorizer', byJwt],
    ['no context', event(null)],
    ['another context', event({ principal: 'u1' })],
    ['no subject', event({ ...context, sub: '' })],
    ['no scope', event({ ...context, scope: undefined })],
    ['a request that is not an event', { headers: {} } as unknown as AuthorizedEvent],
    ['no event', undefined as unknown as AuthorizedEvent],
  ])('%s: the route is open, and the program fails', (_name, wrong) => {
    expect(() => callerOf(wrong)).toThrow(new TypeError("this route is not behind Pawl's authorizer"));
  });
});
