import { describe, expect, test } from 'vitest';
import { createVerifier, type VerifyOptions } from '../../../verify/index.ts';
import { audience } from '../../examples/support/issuer.ts';

const issuer = 'https://auth.example.com';

describe('options', () => {
  test.each([
    'http://auth.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'ftp://auth.example.com',
    'https://auth.example.com/',
    'https://auth.example.com/path/',
    'https://auth.example.com/path?a=b',
    'https://auth.example.com?a=b',
    'https://user@auth.example.com',
    'https://AUTH.example.com',
    'auth.example.com',
    '',
  ])('the issuer %j is refused by name', (wrong) => {
    const refused = () => createVerifier({ issuer: wrong, audience });
    expect(refused).toThrow(/^issuer must be/);
    expect(refused).toThrow(`, not ${wrong}`);
  });

  test.each([
    'https://auth.example.com',
    'https://auth.example.com:8443',
    'https://auth.example.com/path',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'http://abc.execute-api.localhost:4566',
  ])('the issuer %j is accepted', (right) => {
    expect(() => createVerifier({ issuer: right, audience })).not.toThrow();
  });

  test.each([
    [{ audience: '' }, 'audience'],
    [{ jwks: { keys: [{ kty: 'EC' }] } }, 'jwks'],
    [{ jwks: { keys: [], iat: 1_800_000_000_000 } }, 'jwks'],
    [{ jwks: { keys: [{ kty: 'EC', kid: 'k1', exp: 1_800_000_000_000 }] } }, 'jwks'],
    [{ clockToleranceSeconds: -1 }, 'clockToleranceSeconds'],
    [{ clockToleranceSeconds: 61 }, 'clockToleranceSeconds'],
    [{ clockToleranceSeconds: Number.NaN }, 'clockToleranceSeconds'],
    [{ audience: ['https://a.example.com'] }, 'audience'],
    // Added to `exp`, text such as '5' would make it a time in the far future: expired tokens would be accepted.
    [{ clockToleranceSeconds: '5' }, 'clockToleranceSeconds'],
    [{ clockToleranceSeconds: '' }, 'clockToleranceSeconds'],
    [{ clockToleranceSeconds: [5] }, 'clockToleranceSeconds'],
    [{ clockToleranceSeconds: null }, 'clockToleranceSeconds'],
  ])('%j is refused', (wrong, name) => {
    const options = { issuer, audience, ...wrong } as VerifyOptions;
    expect(() => createVerifier(options)).toThrow(new RegExp(`^${name} must be`));
  });
});
