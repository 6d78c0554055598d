import { looksLikeAccessToken } from '../../../lambda/core/access-token.ts';
import { bearerToken } from '../../../lambda/core/authorize.ts';
import { nodeCodec } from '../../../lambda/crypto/node-crypto.ts';
import { insist, type Target } from '../target.ts';

const encode = (text: string) => Buffer.from(text).toString('base64url');
const [header, payload] = [
  encode('{"alg":"ES256","typ":"at+jwt","kid":"k1"}'),
  encode('{"sub":"u1","exp":1800000000}'),
];

/** The format check of access tokens after the `Authorization` reader, compared with a second implementation. */
export const accessTokenTarget: Target = {
  name: 'access token, form',
  seeds: [
    `Bearer ${header}.${payload}.${'A'.repeat(86)}`,
    'bearer  e30.e30.AA',
    `Bearer ${'A'.repeat(4000)}.${'A'.repeat(4000)}.AAAA`,
  ],
  dictionary: [
    'Bearer ',
    'bearer',
    'DPoP ',
    '.',
    '..',
    '=',
    '==',
    '+',
    '/',
    '-',
    '_',
    'A',
    'B',
    '\t',
    '\n',
    ',',
    '\u00a0',
    '\u200b',
    '\uff21',
    'e30',
  ],
  files: ['lambda/core/access-token.ts', 'lambda/core/authorize.ts', 'lambda/crypto/node-crypto.ts'],
  run: (text) => {
    const token = bearerToken(text);
    if (token === undefined) return 'no bearer token';
    insist(text.endsWith(token) && !/\s/.test(token), 'a bearer token that was not sent');
    const accepted = looksLikeAccessToken(token);
    insist(accepted === byTheRule(token), accepted ? 'accepted against the rule' : 'refused against the rule');
    return accepted ? 'accepted' : 'refused';
  },
};

/** RFC 7515 §2: base64url without padding; RFC 4648 §3.5: pad bits are zero. */
function byTheRule(token: string): boolean {
  const segments = token.split('.');
  const isCanonical = (segment: string) => segment !== '' && nodeCodec.fromBase64url(segment) !== undefined;
  return token.length <= 8192 && segments.length === 3 && segments.every(isCanonical);
}
