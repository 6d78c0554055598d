import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { RatchetKeyRecord, SigningKey } from './rings.ts';
import type { IsKey } from './secrets.ts';

/** A new EC P-256 key for ES256 (RFC 7518 §3.4) whose kid is its RFC 7638 thumbprint. */
export async function newSigningKey(createdAt: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, createdAt, privateJwk: { ...(jwk as Record<string, string>), kid, alg: 'ES256', use: 'sig' } };
}

/** A new pair of independent 256-bit ratchet keys. */
export function newRatchetKey(createdAt: number): RatchetKeyRecord {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  return { keyId: random(6), createdAt, tagKey: random(32), chainKey: random(32) };
}

/** Whether it is a complete private EC key, as created by {@link newSigningKey}. */
export const isSigningKey: IsKey<SigningKey> = (value): value is SigningKey =>
  hasTexts(value, ['kid']) &&
  hasTime(value) &&
  hasTexts((value as SigningKey).privateJwk, ['kty', 'crv', 'x', 'y', 'd']);

/**
 * Whether they are complete ratchet keys, as created by {@link newRatchetKey}; a retired pair may have no chain key.
 */
export const isRatchetKey: IsKey<RatchetKeyRecord> = (value): value is RatchetKeyRecord => {
  if (!hasTexts(value, ['keyId', 'tagKey']) || !hasTime(value)) return false;
  const { chainKey, retiredAt } = value as RatchetKeyRecord;
  return typeof chainKey === 'string' && (chainKey !== '' || retiredAt !== undefined);
};

function hasTexts(value: unknown, names: readonly string[]): boolean {
  const record = value as Readonly<Record<string, unknown>> | null;
  return typeof record === 'object' && names.every((name) => typeof record?.[name] === 'string' && record[name] !== '');
}

const hasTime = (value: unknown) => Number.isSafeInteger((value as { createdAt?: unknown } | null)?.createdAt);
