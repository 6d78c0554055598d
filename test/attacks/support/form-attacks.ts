import { formatToken } from '../../../lambda/core/refresh-token.ts';
import { nodeCodec, nodeCrypto } from '../../../lambda/crypto/node-crypto.ts';
import { es256, type TestIssuer, testKey } from '../../examples/support/issuer.ts';
import { ratchetKey } from '../../support/keys.ts';
import { type Attack, order, scalar, segment, textJws } from './forge.ts';

type Parts = readonly [header: string, payload: string, signature: string];

const partsOf = (token: string) => token.split('.') as unknown as Parts;

/** A null signature: RFC 8725 §2.2, CVE-2022-21449. */
export function signatures(issuer: TestIssuer): readonly Attack[] {
  const [header, payload, signature] = partsOf(issuer.token());
  const bytes = Buffer.from(signature, 'base64url');
  const r = BigInt(`0x${bytes.subarray(0, 32).toString('hex')}`);
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const all = 2n ** 256n - 1n;
  const edge = [0n, 1n, 2n, order - 1n, order, order + 1n, all];
  const pairs = [
    ...edge.flatMap((a) => edge.map((b) => [a, b] as const)),
    ...edge.flatMap((edgeValue) => [[edgeValue, s] as const, [r, edgeValue] as const]),
    [s, r] as const,
    [order - r, s] as const,
  ];
  const der = es256Der(issuer)(`${header}.${payload}`);
  const forms: readonly (readonly [string, Buffer])[] = [
    ['DER', der],
    ['DER, cut to 64 bytes', der.subarray(0, 64)],
    ['empty', Buffer.alloc(0)],
    ['one byte', Buffer.alloc(1)],
    ['63 bytes', bytes.subarray(0, 63)],
    ['65 bytes', Buffer.concat([bytes, Buffer.alloc(1)])],
    ['65 bytes, a zero first', Buffer.concat([Buffer.alloc(1), bytes])],
    [
      'r and s of 33 bytes',
      Buffer.concat([Buffer.alloc(1), bytes.subarray(0, 32), Buffer.alloc(1), bytes.subarray(32)]),
    ],
    ['twice', Buffer.concat([bytes, bytes])],
    ['reversed', Buffer.from(bytes).reverse()],
    ['4 KiB', Buffer.alloc(4096, 1)],
  ];
  const other = partsOf(issuer.token({ sub: 'u2' }));
  return [
    ...pairs.map(
      ([a, b]): Attack => [`r=${a}, s=${b}`, `${header}.${payload}.${segment(Buffer.concat([scalar(a), scalar(b)]))}`],
    ),
    ...forms.map(([name, form]): Attack => [name, `${header}.${payload}.${segment(form)}`]),
    ['of another payload', `${header}.${other[1]}.${signature}`],
    ['of another header', `${segment('{"alg":"ES256","typ":"at+jwt","kid":"k1","x":1}')}.${payload}.${signature}`],
  ];
}

function es256Der(issuer: TestIssuer) {
  const raw = es256(issuer.key);
  const integer = (part: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), part]);
  return (input: string) => {
    const bytes = raw(input);
    return Buffer.concat([Buffer.from([0x30, 70]), integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))]);
  };
}

/** RFC 7515 §3, §7.2: other serialisations, and more or fewer segments. */
export function serialisations(issuer: TestIssuer): readonly Attack[] {
  const token = issuer.token();
  const [header, payload, signature] = partsOf(token);
  const flat = { protected: header, payload, signature };
  const json = [flat, { payload, signatures: [{ protected: header, signature }] }, [flat], token, [token], { token }];
  const texts = json.flatMap((value) => [JSON.stringify(value), segment(JSON.stringify(value))]);
  const joined = [
    `${token}.`,
    `.${token}`,
    `${token}.${signature}`,
    `${token}.${token}`,
    `${token}..`,
    `${header}..${signature}`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `..`,
    `...`,
    `.`,
    header,
    `.${payload}.${signature}`,
    `${header}...${payload}.${signature}`,
    `${header}.${payload}.${signature}.a.b`,
    `${header},${payload},${signature}`,
    `${header}%2E${payload}%2E${signature}`,
    `${header}\uff0e${payload}\uff0e${signature}`,
    `${header}\u3002${payload}\u3002${signature}`,
    encodeURIComponent(JSON.stringify(flat)),
    `"${token}"`,
    `'${token}'`,
    `<${token}>`,
    `Bearer ${token}`,
    `Bearer${token}`,
    'x'.repeat(9000),
    '.'.repeat(8000),
    'a.'.repeat(4000),
    `${token}${'A'.repeat(8192)}`,
    segment(token),
    token.toUpperCase(),
    token.toLowerCase(),
    [...token].reverse().join(''),
  ];
  return [...texts, ...joined].map((text): Attack => [text.slice(0, 30), text]);
}

/** RFC 7515 §2, appendix C: the same bytes by another text; the signature is over that very text. */
export function base64(issuer: TestIssuer): readonly Attack[] {
  const signer = es256(issuer.key);
  const [header, payload, signature] = partsOf(issuer.token({ x: '\u00bf\u00ff?>~' }));
  const spoil: readonly (readonly [string, (text: string) => string])[] = [
    ['=', (text) => `${text}=`],
    ['==', (text) => `${text}==`],
    ['spare bits', (text) => (text.length % 4 === 0 ? `${text}A` : spare(text))],
    ['one character more', (text) => `${text}A`],
    ['+', (text) => text.replace(/.$/, '+')],
    ['/', (text) => text.replace(/.$/, '/')],
    ['a blank', (text) => `${text} `],
    ['a blank before', (text) => ` ${text}`],
    ['a newline inside', (text) => `${text.slice(0, 4)}\n${text.slice(4)}`],
    ['CRLF', (text) => `${text}\r\n`],
    ['a tab', (text) => `\t${text}`],
    ['NUL', (text) => `${text}\u0000`],
    ['a letter beyond ASCII', (text) => `${text}\u00e9`],
    ['a full-width letter', (text) => text.replace(/[a-z]/, '\uff41')],
    ['a zero-width space', (text) => `\u200b${text}`],
    ['an exclamation mark', (text) => `${text.slice(0, 8)}!${text.slice(8)}`],
    ['percent-encoding', (text) => text.replace(/^./, (char) => `%${char.charCodeAt(0).toString(16)}`)],
    ['twice encoded', (text) => segment(text)],
  ];
  return spoil.flatMap(([name, change]): Attack[] => [
    [`header: ${name}`, textJws(change(header), payload, signer)],
    [`payload: ${name}`, textJws(header, change(payload), signer)],
    [`signature: ${name}`, `${header}.${payload}.${change(signature)}`],
  ]);
}

/** The last character with another bit set that no byte needs. */
function spare(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + (alphabet[alphabet.indexOf(text.slice(-1)) ^ 1] ?? '');
}

/** RFC 8725 §3.12: tokens that are genuine somewhere, or for something else. */
export function genuineElsewhere(issuer: TestIssuer, other: TestIssuer): readonly Attack[] {
  const refreshToken = formatToken(
    {
      keyId: 'k1',
      subject: 'u1',
      sessionId: nodeCodec.toBase64url(Buffer.alloc(16, 7)),
      generation: 3,
      secret: Buffer.alloc(32, 9),
    },
    ratchetKey('k1'),
    { crypto: nodeCrypto, codec: nodeCodec },
  );
  const stranger = testKey('k9');
  const { iss } = issuer.claims();
  return [
    ['a refresh token', refreshToken],
    ['a refresh token with a JWT’s start', `eyJ${refreshToken}`],
    ['another deployment', other.token()],
    ['another deployment, our issuer', other.token({ iss })],
    ['another deployment, our audience and issuer, its kid', other.token({ iss }, { kid: 'other' })],
    ['another deployment’s issuer, our key', issuer.token({ iss: other.url })],
    ['another audience, our key', issuer.token({ aud: 'https://orders.example.com' })],
    ['an ID token of this issuer', issuer.token({ nonce: 'n' }, { typ: 'JWT' })],
    ['a key that is not published', issuer.token({}, {}, stranger)],
    ['bound to a client key', issuer.token({ cnf: { jkt: 'x' } })],
    ['expired yesterday', issuer.token({ exp: Math.floor(Date.now() / 1000) - 86_400 })],
  ];
}

/** Every bit of a good token turned over, once each; and every length that it could be cut to. */
export function everyBit(issuer: TestIssuer): readonly Attack[] {
  const parts = partsOf(issuer.token());
  return parts.flatMap((part, index) => {
    const bytes = Buffer.from(part, 'base64url');
    return Array.from({ length: bytes.length * 8 }, (_, bit): Attack => {
      const turned = Buffer.from(bytes);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return [`segment ${index}, bit ${bit}`, parts.with(index, segment(turned)).join('.')];
    });
  });
}

export function everyLength(issuer: TestIssuer): readonly Attack[] {
  const token = issuer.token();
  return Array.from({ length: token.length }, (_, length): Attack => [`${length} characters`, token.slice(0, length)]);
}
