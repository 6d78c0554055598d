/**
 * The interfaces that the rules need from outside. Every store method may throw {@link Unavailable}; no other error is
 * expected.
 */

export interface Clock {
  /** Epoch milliseconds. Read once per use case. */
  nowMs(): number;
}

export interface Random {
  /** `length` bytes of a CSPRNG. */
  bytes(length: number): Uint8Array;
}

export interface Crypto {
  sha256(data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** Compares in constant time; different lengths are unequal. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

export interface Codec {
  toUtf8(text: string): Uint8Array;
  /** `undefined` when the bytes are not UTF-8. */
  fromUtf8(bytes: Uint8Array): string | undefined;
  toBase64url(bytes: Uint8Array): string;
  /** `undefined` unless the text is the canonical, unpadded encoding of its bytes. */
  fromBase64url(text: string): Uint8Array | undefined;
}

/** Two independent keys with one id: protocol.md, "The token". */
export interface RatchetKey {
  readonly keyId: string;
  readonly tagKey: Uint8Array;
  readonly chainKey: Uint8Array;
}

export interface RatchetKeys {
  current(): Promise<RatchetKey>;
  /** An unknown id causes one rate-limited reload, then `undefined`. @throws Unavailable when the reload fails */
  find(keyId: string): Promise<RatchetKey | undefined>;
}

export interface Passwords {
  /** A PHC string with the current parameters. */
  hash(password: string): Promise<string>;
  /** Always does the full work, also for an `undefined` or unusable hash (and then returns false). */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether a verified hash is to be replaced by one with the current parameters. */
  needsRehash(hash: string): boolean;
  /** Whether {@link verify} can check passwords against the hash: a known kind, well-formed, at a bounded cost. */
  isUsable(hash: string): boolean;
}
