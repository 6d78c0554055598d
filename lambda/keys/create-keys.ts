import { randomBytes } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { deployedJwks, type Jwks, publishJwks } from './publish.ts';
import type { RatchetKeyRecord, RatchetRing, SigningKey, SigningRing } from './rings.ts';
import { type IsKey, readOrCreateRing } from './secrets.ts';

export interface CreateKeysDeps {
  readonly secrets: SecretsManagerClient;
  readonly parameters: SSMClient;
  readonly signingSecret: string;
  readonly ratchetSecret: string;
  readonly jwksParameter: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Fills both secrets if they are still empty and publishes the public keys. Safe to run again after it died at any step:
 * a ring that exists is kept, and publishing the same ring twice changes nothing.
 *
 * @returns the public JWKS of current and next key, for the authorizer's environment
 */
export async function createKeys(deps: CreateKeysDeps): Promise<Jwks> {
  const { secrets, now } = deps;
  const [signing] = await Promise.all([
    readOrCreateRing(secrets, deps.signingSecret, isSigningKey, () => newSigningRing(now())),
    readOrCreateRing(secrets, deps.ratchetSecret, isRatchetKey, async () => newRatchetRing(now())),
  ]);
  await publishJwks(deps.parameters, deps.jwksParameter, signing);
  return deployedJwks(signing);
}

/** A new EC P-256 key for ES256 (RFC 7518 §3.4), its kid the RFC 7638 thumbprint. */
export async function newSigningKey(createdAt: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, createdAt, privateJwk: { ...(jwk as Record<string, string>), kid, alg: 'ES256', use: 'sig' } };
}

/** A new pair of ratchet keys: independent, 256 bits each. */
export function newRatchetKey(createdAt: number): RatchetKeyRecord {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url');
  return { keyId: random(6), createdAt, tagKey: random(32), chainKey: random(32) };
}

async function newSigningRing(now: number): Promise<SigningRing> {
  return { version: 1, next: await newSigningKey(now), current: await newSigningKey(now), previous: [] };
}

function newRatchetRing(now: number): RatchetRing {
  return { version: 1, next: newRatchetKey(now), current: newRatchetKey(now), previous: [] };
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  const record = value as Readonly<Record<string, unknown>> | null;
  return typeof record === 'object' && names.every((name) => typeof record?.[name] === 'string' && record[name] !== '');
}

const hasTime = (value: unknown) => Number.isSafeInteger((value as { createdAt?: unknown } | null)?.createdAt);

/** A complete private EC key as {@link newSigningKey} makes it. */
export const isSigningKey: IsKey<SigningKey> = (value): value is SigningKey =>
  hasTexts(value, ['kid']) &&
  hasTime(value) &&
  hasTexts((value as SigningKey).privateJwk, ['kty', 'crv', 'x', 'y', 'd']);

/** Complete ratchet keys as {@link newRatchetKey} makes them. */
export const isRatchetKey: IsKey<RatchetKeyRecord> = (value): value is RatchetKeyRecord =>
  hasTexts(value, ['keyId', 'tagKey', 'chainKey']) && hasTime(value);
