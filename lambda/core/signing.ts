import type { AccessTokenClaims } from './access-token.ts';

export interface Signer {
  /**
   * Loads the key, so that {@link sign} does not fail because a key is unavailable.
   *
   * @throws Unavailable while the ring cannot be loaded
   * @throws Fault `signing_key_broken`
   */
  ready(): Promise<void>;
  /** A signed access token (RFC 9068). @throws as {@link ready}, and Fault `claims_too_large` */
  sign(claims: AccessTokenClaims): Promise<string>;
}

export interface Verifier {
  /** The claims of a valid access token. @throws Refusal `invalid_token` with the reason @throws Unavailable */
  verify(accessToken: string): Promise<AccessTokenClaims>;
}
