import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { describe, expect, test } from 'vitest';
import { plainPayload } from '../../../lambda/access-tokens/plain-payload.ts';
import { validClaims } from '../../support/jwt.ts';

const claims = validClaims(1_900_000_000_000);
const text = (more: object) => JSON.stringify({ ...claims, ...more });
/** JSON text with a member that no object literal can express. */
const withMember = (member: string, more: object = {}) => text(more).replace(/\}$/, `,${member}}`);

/** What the library makes of the text, `undefined` if it refuses it. */
function byTheLibrary(json: string): unknown {
  try {
    return decomposeUnverifiedJwt(`e30.${Buffer.from(json).toString('base64url')}.AA`).payload;
  } catch {
    return undefined;
  }
}

describe('a payload that the library would not change', () => {
  test.each([
    ['the claims of an access token', text({})],
    ['text beyond ASCII', text({ tenant: 'Ærøskøbing 🔑' })],
    ['nested claims', text({ org: { id: 7, roles: ['a', null, { deep: [true] }] } })],
    ['numbers', text({ big: 1e300, small: -0, fraction: 0.1 })],
    ['nbf', text({ nbf: 1_899_999_999.5 })],
    ['a member named twice', withMember('"sub":"last"')],
    ['white space', ` ${text({}).replaceAll(',', ' ,\n')} `],
  ])('%s: parsed, to the same object', (_, json) => {
    expect(plainPayload(json)).toEqual(byTheLibrary(json));
    expect(plainPayload(json)).toBeDefined();
  });
});

describe('the library decides about', () => {
  test.each([
    ['a prototype', withMember('"__proto__":{"admin":true}')],
    ['a prototype further down', withMember('"org":[{"__proto__":{"admin":true}}]')],
    ['a constructor', withMember('"constructor":{"prototype":{}}')],
    ['a prototype with an escape', withMember('"__pr\\u006fto__":{"admin":true}')],
    ['a constructor with an escape', withMember('"\\u0063onstructor":1')],
    ['such a word as a value', text({ scope: 'constructor' })],
    ['an escaped character', text({ name: 'Ann "A." Smith' })],
    ['a list', `[${text({})}]`],
    ['null', 'null'],
    ['text', '"sub"'],
    ['no JSON', text({}).slice(0, -1)],
    ['nothing', ''],
    ['a byte order mark', `\ufeff${text({})}`],
    ['a list with claims of its own', '[]'],
    ['exp as text', text({ exp: '1900000600' })],
    ['exp missing', text({ exp: undefined })],
    ['exp beyond the numbers', text({}).replace(/"exp":\d+/, '"exp":1e999')],
    ['nbf as text', text({ nbf: '1900000000' })],
    ['nbf null', text({ nbf: null })],
    ['aud as a list', text({ aud: [claims.aud] })],
    ['scope as a list', text({ scope: ['read'] })],
    ['iss as a number', text({ iss: 7 })],
  ])('%s', (_, json) => {
    expect(plainPayload(json)).toBeUndefined();
  });
});
