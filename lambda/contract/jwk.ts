/** Public keys that need no request: a JWK Set (RFC 7517 §5) with times in epoch seconds. */
export interface GivenJwks {
  /** A key may have `exp`: after that it is not trusted unless the issuer serves it. */
  readonly keys: readonly (Readonly<Record<string, unknown>> & { readonly exp?: number })[];
  /** When the issuer served these keys. @default when the process started */
  readonly iat?: number;
}

/** The keys of a JWK Set (RFC 7517 §5). Entries of another type are skipped. @throws Error for any other document */
export function keysIn(document: unknown): readonly object[] {
  const keys = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys)) throw new Error('not a JWKS');
  return keys.filter((key: unknown) => typeof key === 'object' && key !== null);
}

/** x and y of P-256: 32 bytes each as unpadded base64url (RFC 7518 §6.2.1.2). */
const coordinate = /^[\w-]{43}$/;

/**
 * Whether a JWK is a public key for ES256 signatures (RFC 7517 §4, RFC 7518 §6.2.1): type and curve match, the
 * coordinates have their length, and no member says that it has another purpose. `use`, `alg` and `key_ops` may be
 * absent. Whether the point is on the curve shows only when the key is imported.
 */
export function isEs256PublicJwk(jwk: unknown): boolean {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { kty, crv, x, y, use, alg, key_ops } = jwk as Readonly<Record<string, unknown>>;
  return (
    kty === 'EC' &&
    crv === 'P-256' &&
    [x, y].every((part) => typeof part === 'string' && coordinate.test(part)) &&
    (use === undefined || use === 'sig') &&
    (alg === undefined || alg === 'ES256') &&
    (key_ops === undefined || allowsVerify(key_ops))
  );
}

/**
 * Whether a JWK declares another purpose than ES256 signatures. An issuer may serve such keys, and RFC 7517 §5
 * has a verifier ignore them. Any other key that fails {@link isEs256PublicJwk} is broken.
 */
export function isForOtherPurpose(jwk: object): boolean {
  const { kty, crv, use, alg, key_ops } = jwk as Readonly<Record<string, unknown>>;
  const differs = (value: unknown, ours: string) => typeof value === 'string' && value !== ours;
  return (
    differs(kty, 'EC') ||
    differs(crv, 'P-256') ||
    differs(use, 'sig') ||
    differs(alg, 'ES256') ||
    (Array.isArray(key_ops) && !key_ops.includes('verify'))
  );
}

/** RFC 7517 §4.3: a list without duplicates. A key for other operations only is not usable. */
function allowsVerify(operations: unknown): boolean {
  return (
    Array.isArray(operations) &&
    operations.includes('verify') &&
    operations.every((operation) => typeof operation === 'string') &&
    new Set(operations).size === operations.length
  );
}
