import type { Codec } from '../../../lambda/core/ports.ts';
import {
  formatToken,
  parseToken,
  type RefreshToken,
  successorOf,
  tagIsAuthentic,
} from '../../../lambda/core/refresh-token.ts';
import { nodeCodec, nodeCrypto } from '../../../lambda/crypto/node-crypto.ts';
import { insist, type Target } from '../target.ts';

const tools = { crypto: nodeCrypto, codec: nodeCodec };
const key = { keyId: 'k1', tagKey: Buffer.alloc(32, 1), chainKey: Buffer.alloc(32, 2) };

const token = (changes: Partial<RefreshToken>): RefreshToken => ({
  keyId: 'k1',
  subject: 'subject-of-alice',
  sessionId: nodeCodec.toBase64url(Buffer.alloc(16, 3)),
  generation: 7,
  secret: Buffer.alloc(32, 4),
  ...changes,
});

const genuine = [
  token({}),
  token({ subject: 'ü☎🔑' }),
  token({ generation: 0 }),
  token({ generation: Number.MAX_SAFE_INTEGER - 1 }),
  token({ subject: 's'.repeat(128), keyId: 'k'.repeat(60) }),
].map((fields) => formatToken(fields, key, tools));
const known = new Set(genuine);

/**
 * The refresh token parser: each token has one text, and no token without a valid tag is authentic.
 *
 * @param codec the codec of the parser; pass a faulty one to test that the fuzzer detects it
 */
export const tokenTargetWith = (codec: Codec): Target => ({
  name: 'refresh token',
  seeds: genuine,
  dictionary: [
    'pwl1',
    'pwl1.',
    'pwl2',
    '.',
    '..',
    'AAAA',
    '_',
    '-',
    '=',
    'eyJ',
    '\u0000',
    'EA',
    'CAAAAAAAAAA',
    'IA',
    'w6A',
    '7aCA',
  ],
  files: ['lambda/core/refresh-token.ts', 'lambda/crypto/node-crypto.ts'],
  reshape: (text, random) => {
    const parts = text.split('.');
    const at = 1 + random.below(2);
    const bytes = Buffer.from(parts[at] ?? '', 'base64url');
    const place = random.below(bytes.length + 1);
    const head = bytes.subarray(0, place);
    const one = Buffer.from([random.pick([0, 1, 2, 8, 16, 32, 127, 128, 255, random.below(256)])]);
    const kinds = [
      () => Buffer.concat([head, one, bytes.subarray(place + 1)]),
      () => Buffer.concat([head, one, bytes.subarray(place)]),
      () => Buffer.concat([head, bytes.subarray(place + 1)]),
      () => head,
      // Append a field: a length, and that number of bytes.
      () => Buffer.concat([bytes, one, Buffer.alloc(one[0] ?? 0, 65)]),
    ];
    return parts.with(Math.min(at, parts.length - 1), random.pick(kinds)().toString('base64url')).join('.');
  },
  run: (text) => {
    const parsed = parseToken(text, codec);
    if (parsed === undefined) return 'refused';
    const { token: fields, signedText, tag } = parsed;
    insist(`${signedText}.${nodeCodec.toBase64url(tag)}` === text, 'a token with two texts');
    const again = formatToken(fields, key, tools);
    insist(again.slice(0, again.lastIndexOf('.')) === signedText, 'fields that write another token');
    insist(
      successorOf(fields, key, tag, tools).generation === fields.generation + 1,
      'a successor of another generation',
    );
    if (!tagIsAuthentic(parsed, key, tools)) return 'parsed, not authentic';
    insist(known.has(text), 'forged');
    return 'authentic';
  },
});

export const tokenTarget = tokenTargetWith(nodeCodec);
