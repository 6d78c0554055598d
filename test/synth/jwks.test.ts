import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { SettingsError } from '../../lib/settings-reader.ts';
import { TokenAuthorizer } from '../../lib/token-authorizer.ts';
import { testKey } from '../examples/support/issuer.ts';
import { bundles } from './support/synth.ts';
import { outcome } from './support/team.ts';

/** Keys passed to an authorizer: synthesis fails if one cannot be used. */

const told = { issuer: 'https://auth.example.com', audience: 'orders', bundles };
const { jwk } = testKey('k1');
const good = testKey('k2').jwk;

function faultsOf(jwks: unknown, stack = new Stack(new App(), 'Orders')): readonly string[] {
  const error = outcome(() => new TokenAuthorizer(stack, 'Authorizer', { ...told, jwks: jwks as never }));
  if (error === undefined) return [];
  if (error instanceof SettingsError) return error.faults;
  throw error;
}

test.each([null, 5, 'text', [], {}, { keys: null }, { keys: {} }, { keys: [] }])('%j is not a key set', (jwks) => {
  expect(faultsOf(jwks)).toEqual(['jwks must be { keys: [...] } with at least one key']);
});

test.each([null, 5, 'text', undefined])('%j is not a key', (key) => {
  expect(faultsOf({ keys: [key, good] })).toEqual([`jwks has ${JSON.stringify(key)}, which is not a key`]);
});

test.each([undefined, '', 5, null])('the kid %j is refused', (kid) => {
  expect(faultsOf({ keys: [good, { ...jwk, kid }] })).toEqual(['jwks has a key without a kid (number 2)']);
});

test.each<[string, object]>([
  ['x is short', { x: 'x' }],
  ['x is long', { x: 'A'.repeat(44) }],
  ['x is padded', { x: `${'A'.repeat(42)}=` }],
  ['x is missing', { x: undefined }],
  ['y is a number', { y: 5 }],
  ['y is null', { y: null }],
  ['the point is off the curve', { x: good.x }],
  ['RSA', { kty: 'RSA' }],
  ['another curve', { crv: 'P-384' }],
  ['for encryption', { use: 'enc' }],
  ['for another algorithm', { alg: 'ES384' }],
  ['for signing', { key_ops: ['sign'] }],
])('a key cannot be used: %s', (_, change) => {
  expect(faultsOf({ keys: [good, { ...jwk, ...change }] })).toEqual([
    expect.stringMatching(/^jwks has the key k1, which cannot be used: it must be a public key with kty EC/),
  ]);
});

test('all faults are reported at once', () => {
  expect(
    faultsOf({ keys: [{ ...jwk, x: 'x' }, null, { ...good, d: 'secret' }, { kty: 'oct', k: 'x', kid: 'k3' }] }),
  ).toEqual([
    expect.stringContaining('the key k1, which cannot be used'),
    'jwks has null, which is not a key',
    'jwks has the private key k2: only its public part belongs there',
    'jwks has the private key k3: only its public part belongs there',
  ]);
});

test('two keys with the same kid are refused: the second would be ignored', () => {
  expect(faultsOf({ keys: [jwk, { ...good, kid: 'k1' }] })).toEqual(['jwks has several keys with the kid "k1"']);
});

test('usable keys are accepted, and a member known only at deployment is not checked', () => {
  expect(faultsOf({ keys: [jwk, good] })).toEqual([]);
  const stack = new Stack(new App(), 'Orders');
  const parameter = new CfnParameter(stack, 'X').valueAsString;
  expect(faultsOf({ keys: [{ ...jwk, x: parameter }] }, stack)).toEqual([]);
});
