import { describe, expect, test } from 'vitest';
import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { readEmail, readEndRequest, readNewPassword, readPassword } from '../../../lambda/http/credential-params.ts';
import { readLogin } from '../../../lambda/http/login-params.ts';
import { readParams } from '../../../lambda/http/params.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { httpEvent } from '../../support/http-event.ts';
import { refusalOf } from '../../support/refusal.ts';

const claims = {} as AccessTokenClaims;

/** Each parameter that a person types, with its reader. */
const readers: Readonly<Record<string, (body: string) => unknown>> = {
  username: (body) => readLogin(toRequest(httpEvent({ body })), { allowedOrigins: [], clients: [] }),
  password: (body) => readLogin(toRequest(httpEvent({ body })), { allowedOrigins: [], clients: [] }),
  current_password: (body) => readPassword(readParams(toRequest(httpEvent({ body })), ['json'])),
  new_password: (body) => readNewPassword(readParams(toRequest(httpEvent({ body })), ['json'])),
  email: (body) => readEmail(readParams(toRequest(httpEvent({ body })), ['json'])),
};

const bodyWith = (name: string, value: string) =>
  JSON.stringify({ username: 'alice', password: 'correct horse', [name]: value });

describe.each(Object.entries(readers))('%s', (name, read) => {
  test('from a client that sent Latin-1 is refused: all letters beyond ASCII would become the same', () => {
    const latin1 = Buffer.from(bodyWith(name, 'pässword@example.com'), 'latin1').toString('utf8');
    for (const body of [latin1, bodyWith(name, 'p\ufffdssword@example.com'), latin1.replaceAll('\ufffd', '\\ufffd')]) {
      expect(refusalOf(() => read(body))).toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining(name),
      });
    }
  });

  test('in UTF-8 is read', () => {
    expect(JSON.stringify(read(bodyWith(name, 'pässword@example.com')))).toContain('pässword');
  });
});

test('the password that ends sessions is refused, too', () => {
  const request = toRequest(httpEvent({ body: '{"current_password":"p\ufffdssword"}' }));
  const message = 'current_password contains U+FFFD. Send the body in UTF-8.';
  expect(refusalOf(() => readEndRequest(claims, readParams(request, ['json']), request))).toMatchObject({ message });
});

test('a label may contain U+FFFD', () => {
  const body = JSON.stringify({ username: 'alice', password: 'correct horse', device_name: 'J\ufffdrg' });
  const login = readLogin(toRequest(httpEvent({ body })), { allowedOrigins: [], clients: [] });
  expect(login.deviceName).toBe('J\ufffdrg');
});
