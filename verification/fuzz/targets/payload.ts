import { isDeepStrictEqual } from 'node:util';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { plainPayload } from '../../../lambda/access-tokens/plain-payload.ts';
import type { Random } from '../random.ts';
import { insist, type Target } from '../target.ts';

const claims = {
  iss: 'https://i.example',
  aud: 'api',
  sub: 'u1',
  client_id: 'app',
  iat: 1,
  exp: 1_800_000_000,
  jti: 'j',
  sid: 's',
  scope: 'a b',
  auth_time: 1,
};

const names = [...Object.keys(claims), 'nbf', 'org', '__proto__', 'constructor', 'prototype', 'x'];
const values = [
  '"a"',
  '""',
  '1',
  '1.5',
  '-0',
  '1e300',
  '1e999',
  'null',
  'true',
  '[]',
  '["a"]',
  '{}',
  '"\\u0061"',
  '"é"',
];

/** Inserts or repeats a member, at the top or deeper. The result is JSON. */
function withMember(mutated: string, random: Random): string {
  const text = isJson(mutated) ? mutated : JSON.stringify(claims);
  const name = random.pick(names);
  const deep = random.pick(['', '{"o":', '[{"constructo":1},']);
  const value = `${deep}${random.pick(values)}${{ '': '', '{': '}', '[': ']' }[deep.slice(0, 1)]}`;
  const member = `"${random.below(20) === 0 ? name.replace('o', '\\u006f') : name}":${value}`;
  return random.below(2) === 0 ? text.replace(/^\{/, `{${member},`) : text.replace(/\}$/, `,${member}}`);
}

/**
 * Native parsing of payloads: the result is the one of aws-jwt-verify, or it is left to the library.
 *
 * @param parse pass a faulty parser to test that the fuzzer detects it
 */
export const payloadTargetWith = (parse: (json: string) => object | undefined): Target => ({
  name: 'access token, payload',
  seeds: [
    JSON.stringify(claims),
    JSON.stringify({ ...claims, nbf: 1.5, org: { id: 7, roles: ['admin', null, true] }, name: 'Ærø 🔑' }),
    JSON.stringify({ ...claims, org: { constructor: 1 } }),
    JSON.stringify(claims).replace('{', '{"__proto__":{"a":1},'),
    JSON.stringify(claims).replace('{', '{"\\u005f_proto__":{"a":1},'),
  ],
  dictionary: [
    ...['__proto__', 'constructor', 'prototype', '\\u005f', '\\u0063', '\\', '\\"', '"nbf":', '"exp":', '"aud":'],
    ...['1e999', '-0', 'null', '[]', '{}', '":{"', ',"', '":', '[[', ']]', '\ufeff', ' ', '\ud800'],
  ],
  files: ['lambda/access-tokens/plain-payload.ts', 'lambda/core/access-token.ts'],
  reshape: withMember,
  run: (text) => {
    const bytes = Buffer.from(text);
    // As it arrives: half surrogates are U+FFFD by then.
    const payload = parse(bytes.toString('utf8'));
    if (payload === undefined) return isJson(text) ? 'left to the library' : 'not JSON';
    const { payload: expected } = decomposeUnverifiedJwt(`e30.${bytes.toString('base64url')}.AA`);
    insist(isDeepStrictEqual(payload, expected), 'not what the library makes of it');
    return 'plain';
  },
});

export const payloadTarget = payloadTargetWith(plainPayload);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
