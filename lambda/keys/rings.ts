/**
 * The content of the two Secrets Manager secrets. Keys move next -> current -> previous; times are epoch milliseconds.
 */

/** A private EC P-256 key as a JWK (RFC 7517). `kid` is its RFC 7638 thumbprint. */
export interface SigningKey {
  readonly kid: string;
  readonly createdAt: number;
  /** When a rotation retired it; absent for next and current. */
  readonly retiredAt?: number;
  readonly privateJwk: Readonly<Record<string, string>>;
}

/** Keys of the refresh-token ratchet: 32 random bytes each, base64url. */
export interface RatchetKeyRecord {
  readonly keyId: string;
  readonly createdAt: number;
  readonly retiredAt?: number;
  readonly tagKey: string;
  /** Empty in a previous key that no retry needs. */
  readonly chainKey: string;
}

export interface Ring<K> {
  readonly version: 1;
  readonly next: K;
  readonly current: K;
  readonly previous: readonly K[];
}

export type SigningRing = Ring<SigningKey>;
export type RatchetRing = Ring<RatchetKeyRecord>;
