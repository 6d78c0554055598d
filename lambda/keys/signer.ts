import type { KeyObject } from 'node:crypto';
import { type AccessTokenClaims, maxAccessTokenLength } from '../core/access-token.ts';
import { Unavailable } from '../core/errors.ts';
import type { Signer } from '../core/ports.ts';
import { es256PrivateKey, signEs256 } from './es256.ts';
import type { CachedRing } from './ring-source.ts';
import type { SigningKey } from './rings.ts';

/** A key that is ready, and the part of its tokens that never changes. */
interface Ready {
  readonly kid: string;
  readonly key: KeyObject;
  /** Encoded. */
  readonly header: string;
}

/** Signs access tokens with the ring's current key: ES256, `typ` at+jwt (RFC 9068 §2.1). */
export class RingSigner implements Signer {
  readonly #ring: CachedRing<SigningKey>;
  #ready: Ready | undefined;

  constructor(ring: CachedRing<SigningKey>) {
    this.#ring = ring;
  }

  async sign(claims: AccessTokenClaims): Promise<string> {
    const { current } = await this.#ring.get();
    const token = this.#signWith(current, claims);
    // Every verifier would refuse it, and the gateway may not even pass it on: better no login than a useless one.
    if (token.length > maxAccessTokenLength) throw new Error('the claims of the account are too large for a token');
    return token;
  }

  #signWith(current: SigningKey, claims: AccessTokenClaims): string {
    try {
      const { key, header } = this.#prepare(current);
      const signed = `${header}.${encode(claims)}`;
      return `${signed}.${signEs256(signed, key).toString('base64url')}`;
    } catch (error) {
      throw new Unavailable('keys_unavailable', { cause: new Error((error as Error).name) });
    }
  }

  #prepare({ kid, privateJwk }: SigningKey): Ready {
    if (this.#ready?.kid !== kid) {
      this.#ready = { kid, key: es256PrivateKey(privateJwk), header: encode({ alg: 'ES256', typ: 'at+jwt', kid }) };
    }
    return this.#ready;
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
