/** Public keys that need no request: a JWK Set (RFC 7517 §5) with times in epoch seconds. */
export interface GivenJwks {
  /** A key may have `exp`: after that it is not trusted unless the issuer serves it. */
  readonly keys: readonly (Readonly<Record<string, unknown>> & { readonly exp?: number })[];
  /** When the issuer served these keys. @default when the process started */
  readonly iat?: number;
}

/**
 * Whether a JWK is a public key for ES256 signatures (RFC 7517 §4, RFC 7518 §6.2.1): type and curve match, and no
 * member says that it has another purpose. `use`, `alg` and `key_ops` may be absent.
 */
export function isEs256PublicJwk(jwk: unknown): boolean {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { kty, crv, x, y, use, alg, key_ops } = jwk as Readonly<Record<string, unknown>>;
  return (
    kty === 'EC' &&
    crv === 'P-256' &&
    [x, y].every((part) => typeof part === 'string' && part !== '') &&
    (use === undefined || use === 'sig') &&
    (alg === undefined || alg === 'ES256') &&
    (key_ops === undefined || allowsVerify(key_ops))
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
