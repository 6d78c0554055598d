import { generateKeyPairSync } from 'node:crypto';
import { RingSigner } from '../../lambda/access-tokens/signer.ts';
import { createVerifier, type VerifierOptions } from '../../lambda/access-tokens/verifier.ts';
import type { GivenJwks } from '../../lambda/contract/jwk.ts';
import type { Clock, Random, RatchetKey, RatchetKeys } from '../../lambda/core/ports.ts';
import { RefreshTokens } from '../../lambda/core/refresh-tokens.ts';
import { nodeCodec, nodeCrypto } from '../../lambda/crypto/node-crypto.ts';
import type { Jwks } from '../../lambda/keys/publish.ts';
import { publicJwk } from '../../lambda/keys/publish.ts';
import { RingRatchetKeys } from '../../lambda/keys/ratchet-keys.ts';
import { type CachedRing, cachedRing as cached } from '../../lambda/keys/ring-source.ts';
import type { RatchetKeyRecord, RatchetRing, Ring, SigningKey, SigningRing } from '../../lambda/keys/rings.ts';
import { SeededRandom } from './random.ts';
import { canary } from './transcript.ts';

export const issuer = 'https://auth.example.com';
export const audience = 'https://api.example.com';

/** A ratchet key that is the same in every run. */
export function ratchetKeyRecord(keyId: string): RatchetKeyRecord {
  const random = new SeededRandom(`ratchet ${keyId}`);
  const key = () => {
    const bytes = nodeCodec.toBase64url(random.bytes(32));
    canary(bytes);
    return bytes;
  };
  return { keyId, createdAt: 0, tagKey: key(), chainKey: key() };
}

/** The ring as the core uses it. */
export function ratchetKey(keyId: string): RatchetKey {
  const { tagKey, chainKey } = ratchetKeyRecord(keyId);
  return { keyId, tagKey: Buffer.from(tagKey, 'base64url'), chainKey: Buffer.from(chainKey, 'base64url') };
}

export function ratchetRing(current = 'k1', next = 'k2', previous: readonly string[] = []): RatchetRing {
  return {
    version: 1,
    next: ratchetKeyRecord(next),
    current: ratchetKeyRecord(current),
    previous: previous.map(ratchetKeyRecord),
  };
}

/** A cached ring over `load`, which may return another ring later. */
export function cachedRing<K>(load: () => Ring<K>, clock: Clock): CachedRing<K> {
  return cached(async () => load(), clock);
}

export function ringRatchetKeys(ring: RatchetRing, clock: Clock): RingRatchetKeys {
  return new RingRatchetKeys(cachedRing(() => ring, clock));
}

/** Refresh tokens under these keys, with the same random values in every run. */
export function refreshTokensOf(ratchetKeys: RatchetKeys, random: Random = new SeededRandom('tokens')): RefreshTokens {
  return new RefreshTokens({ crypto: nodeCrypto, codec: nodeCodec, random, ratchetKeys });
}

/** A new P-256 key. It differs in every run, but so do signatures anyway. */
export function signingKey(kid: string): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' }) as Record<string, string>;
  return { kid, createdAt: 0, privateJwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } };
}

/** The real signer and the real verifier over one ring. */
export function signerAndVerifier(clock: Clock, options: Partial<VerifierOptions> = {}) {
  const ring: SigningRing = { version: 1, next: signingKey('s2'), current: signingKey('s1'), previous: [] };
  const jwks: Jwks = { keys: [ring.current, ring.next].map(publicJwk) };
  const fetcher = { fetch: () => Promise.reject(new Error('no request was expected')) };
  return {
    ring,
    jwks,
    signer: new RingSigner(cachedRing(() => ring, clock)),
    verifier: createVerifier({
      issuer,
      audience,
      jwks: jwks as unknown as GivenJwks,
      fetcher,
      ...options,
    }),
  };
}
