import { describe, expect, test } from 'vitest';
import { invalidGrant, Refusal } from '../../../lambda/core/errors.ts';
import { asClient, clientOf } from '../../../lambda/http/client-authentication.ts';
import { readParams } from '../../../lambda/http/params.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { httpEvent } from '../../support/http-event.ts';
import { refusalOf } from '../../support/refusal.ts';

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

function read(authorization: string | undefined, document: object = {}, known: readonly string[] = []) {
  const headers = authorization === undefined ? {} : { authorization };
  const request = toRequest(httpEvent({ headers, body: JSON.stringify(document) }));
  return clientOf(request, readParams(request, ['json']), known);
}

describe('an Authorization that is not client authentication is ignored', () => {
  test.each([
    undefined,
    '',
    ' ',
    'Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA',
    'bearer x',
    'DPoP x',
    'Digest username="default"',
    'Negotiate abc',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic =',
    'BasicZGVmYXVsdDpz',
    basic('staging:pass'),
    basic('no colon'),
    basic(''),
    basic(':'),
    // A public client whose library sends an empty secret proves nothing and loses nothing: RFC 6749 §2.3.1.
    basic('default:'),
    basic('DEFAULT:x'),
    'Basic ZGVmYXVsdDpz, Bearer x',
  ])('%j', (authorization) => {
    expect(read(authorization).id).toBe('default');
    expect(read(authorization, { client_id: 'app' }).id).toBe('app');
  });

  test.each([{ client_secret: '' }, { client_secret: null }, { client_assertion: null }])('%j', (document) => {
    expect(read(undefined, document).id).toBe('default');
  });
});

describe('client authentication is refused: RFC 6749 §5.2', () => {
  test.each<[string | undefined, object, string[]]>([
    [basic('default:secret'), {}, []],
    [basic('app:secret'), { client_id: 'app' }, []],
    [basic('app:se:cr:et'), { client_id: 'app' }, []],
    [basic('app:secret').replace('Basic', 'bAsIc'), { client_id: 'app' }, []],
    [basic('my%2Bapp:secret'), { client_id: 'my+app' }, []],
    [basic('my+app:secret'), { client_id: 'my+app' }, []],
    [basic('a%26b%3Dc:secret'), { client_id: 'a&b=c' }, []],
    [basic('app:secret'), { client_id: 'web' }, ['web', 'app']],
    [undefined, { client_secret: 's' }, []],
    [undefined, { client_assertion: 'eyJ' }, []],
    [basic('staging:x'), { client_secret: 's' }, []],
  ])('%s %j %j', (authorization, document, known) => {
    expect(refusalOf(() => read(authorization, document, known))).toMatchObject({
      code: 'invalid_client',
      reason: 'client_authentication',
    });
  });
});

describe('a list of clients', () => {
  test('other clients are refused, and so is an absent one, which is `default`', () => {
    expect(read(undefined, { client_id: 'web' }, ['web']).id).toBe('web');
    for (const document of [{ client_id: 'other' }, {}, { client_id: 'Web' }, { client_id: null }]) {
      expect(refusalOf(() => read(undefined, document, ['web']))).toMatchObject({
        code: 'invalid_client',
        reason: 'client_unknown',
      });
    }
    expect(read(undefined, {}, ['web', 'default']).id).toBe('default');
  });
});

describe('a session of another client', () => {
  const mismatch = async () => {
    throw invalidGrant('client_mismatch');
  };

  test('shows that Basic credentials were meant as that client: the session is not over', async () => {
    await expect(asClient(read(basic('app:secret')), mismatch)).rejects.toMatchObject({ code: 'invalid_client' });
  });

  test.each([
    [undefined, {}],
    [basic('app:secret'), { client_id: 'web' }],
    ['Bearer x', {}],
  ])('is invalid_grant otherwise (%s %j)', async (authorization, document) => {
    await expect(asClient(read(authorization, document), mismatch)).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  test('what else goes wrong stays what it is', async () => {
    const other = new Refusal('invalid_grant', 'session_revoked', 'Words.');
    await expect(
      asClient(read(basic('app:secret')), async () => {
        throw other;
      }),
    ).rejects.toBe(other);
    expect(await asClient(read(undefined), async (id) => id)).toBe('default');
  });
});
