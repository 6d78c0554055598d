import { type CryptoKey, importJWK, SignJWT } from 'jose';
import { type AccessTokenClaims, maxAccessTokenLength } from '../core/access-token.ts';
import { Unavailable } from '../core/errors.ts';
import type { Signer } from '../core/ports.ts';
import type { CachedRing } from './ring-source.ts';
import type { SigningKey } from './rings.ts';

/** Signs access tokens with the ring's current key: ES256, `typ` at+jwt (RFC 9068 §2.1). */
export class RingSigner implements Signer {
  readonly #ring: CachedRing<SigningKey>;
  #imported: { readonly kid: string; readonly key: CryptoKey } | undefined;

  constructor(ring: CachedRing<SigningKey>) {
    this.#ring = ring;
  }

  async sign(claims: AccessTokenClaims): Promise<string> {
    const { current } = await this.#ring.get();
    const token = await this.#signWith(current, claims);
    // Every verifier would refuse it, and the gateway may not even pass it on: better no login than a useless one.
    if (token.length > maxAccessTokenLength) throw new Error('the claims of the account are too large for a token');
    return token;
  }

  async #signWith(current: SigningKey, claims: AccessTokenClaims): Promise<string> {
    try {
      const key = await this.#import(current);
      return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: current.kid }).sign(key);
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: new Error((error as Error).name) });
    }
  }

  async #import({ kid, privateJwk }: SigningKey): Promise<CryptoKey> {
    if (this.#imported?.kid !== kid) {
      this.#imported = { kid, key: (await importJWK(privateJwk, 'ES256')) as CryptoKey };
    }
    return this.#imported.key;
  }
}
