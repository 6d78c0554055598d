import type { Codec, Crypto, RatchetKey } from './ports.ts';

/** A parsed refresh token: protocol.md, "The token". */
export interface RefreshToken {
  readonly keyId: string;
  readonly subject: string;
  /** 16 bytes, base64url. */
  readonly sessionId: string;
  readonly generation: number;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** The result of parsing, before the key is known: the content, and its proof. */
export interface UntrustedToken {
  readonly token: RefreshToken;
  readonly signedText: string;
  readonly tag: Uint8Array;
}

export const maxTokenLength = 512;
const prefix = 'pwl1';
const tagBytes = 16;
const secretBytes = 32;
const sessionIdBytes = 16;
const generationBytes = 8;

type Tools = { readonly crypto: Crypto; readonly codec: Codec };

/** Writes a token: `pwl1.<body>.<tag>`. */
export function formatToken(token: RefreshToken, key: RatchetKey, { crypto, codec }: Tools): string {
  const fields = [
    codec.toUtf8(token.keyId),
    codec.toUtf8(token.subject),
    sessionIdToBytes(token.sessionId, codec),
    uint64(token.generation),
    token.secret,
  ];
  const signedText = `${prefix}.${codec.toBase64url(joinFields(fields))}`;
  const tag = crypto.hmacSha256(key.tagKey, codec.toUtf8(signedText)).subarray(0, tagBytes);
  return `${signedText}.${codec.toBase64url(tag)}`;
}

/** Parses a token without trusting it; `undefined` if it is not the canonical form of any token. */
export function parseToken(text: string, codec: Codec): UntrustedToken | undefined {
  if (text.length > maxTokenLength) return undefined;
  const [head, bodyText, tagText, ...more] = text.split('.');
  if (head !== prefix || bodyText === undefined || tagText === undefined || more.length > 0) return undefined;
  const body = codec.fromBase64url(bodyText);
  const tag = codec.fromBase64url(tagText);
  if (body === undefined || tag?.length !== tagBytes) return undefined;
  const fields = splitFields(body);
  if (fields?.length !== 5) return undefined;
  const [keyIdField, subjectField, sessionId, generation, secret] = fields as [Uint8Array, Uint8Array, ...Uint8Array[]];
  if (sessionId?.length !== sessionIdBytes || generation?.length !== generationBytes) return undefined;
  if (secret?.length !== secretBytes) return undefined;
  const keyId = codec.fromUtf8(keyIdField);
  const subject = codec.fromUtf8(subjectField);
  const generationNumber = fromUint64(generation);
  if (!keyId || !subject || generationNumber === undefined) return undefined;
  const token = {
    keyId,
    subject,
    sessionId: codec.toBase64url(sessionId),
    generation: generationNumber,
    secret,
  };
  return { token, signedText: `${prefix}.${bodyText}`, tag };
}

/** Whether the tag was made with this key. Checked first, so that a forged token costs no table call. */
export function tagIsAuthentic(parsed: UntrustedToken, key: RatchetKey, { crypto, codec }: Tools): boolean {
  const expected = crypto.hmacSha256(key.tagKey, codec.toUtf8(parsed.signedText)).subarray(0, tagBytes);
  return crypto.equal(expected, parsed.tag);
}

/** The successor of a token. The same inputs always yield the same successor, so that a retry gets the same token. */
export function successorOf(token: RefreshToken, key: RatchetKey, nonce: Uint8Array, { crypto, codec }: Tools) {
  const generation = token.generation + 1;
  const input = concat([
    codec.toUtf8('next'),
    sessionIdToBytes(token.sessionId, codec),
    uint64(generation),
    token.secret,
    nonce,
  ]);
  return { ...token, keyId: key.keyId, generation, secret: crypto.hmacSha256(key.chainKey, input) };
}

/** The only form in which the table stores a secret. */
export function hashSecret(secret: Uint8Array, { crypto, codec }: Tools): string {
  return codec.toBase64url(crypto.sha256(secret));
}

function sessionIdToBytes(sessionId: string, codec: Codec): Uint8Array {
  const bytes = codec.fromBase64url(sessionId);
  if (bytes?.length !== sessionIdBytes) throw new Error('a session id is 16 bytes in base64url');
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Prefixes each field with its length in one byte. A field has at most 255 bytes. */
function joinFields(fields: readonly Uint8Array[]): Uint8Array {
  return concat(
    fields.flatMap((field) => {
      if (field.length > 255) throw new Error('a field of a refresh token is at most 255 bytes');
      return [Uint8Array.of(field.length), field];
    }),
  );
}

function splitFields(body: Uint8Array): Uint8Array[] | undefined {
  const fields: Uint8Array[] = [];
  let offset = 0;
  while (offset < body.length) {
    const end = offset + 1 + (body[offset] as number);
    if (end > body.length) return undefined;
    fields.push(body.subarray(offset + 1, end));
    offset = end;
  }
  return fields;
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(generationBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function fromUint64(bytes: Uint8Array): number | undefined {
  const value = new DataView(bytes.buffer, bytes.byteOffset, generationBytes).getBigUint64(0);
  return value < BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
