import type { Jwk } from 'aws-jwt-verify/jwk';

/**
 * Verifies an ES256 signature (RFC 7518 §3.4) over ASCII text with one public key.
 *
 * @param signature canonical base64url
 * @throws Error for a signature that is not 64 bytes
 */
export type SignatureCheck = (signed: string, signature: string) => boolean | Promise<boolean>;

/**
 * What the verifier needs from the JavaScript runtime. `#platform` in package.json selects Node's; a
 * bundler with the condition `browser` selects WebCrypto's.
 */
export interface Platform {
  /** Decodes canonical base64url to text. Invalid UTF-8 becomes U+FFFD. */
  textOf(segment: string): string;
  /** @throws Error for a JWK of another kind, curve, algorithm or use, or whose operations lack `verify` */
  es256(jwk: Jwk): SignatureCheck | Promise<SignatureCheck>;
}
