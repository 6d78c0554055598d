import type { KeyObject } from 'node:crypto';
import { type AccessTokenClaims, maxAccessTokenLength } from '../core/access-token.ts';
import { Fault } from '../core/errors.ts';
import type { Signer } from '../core/signing.ts';
import type { CachedRing } from '../keys/ring-source.ts';
import type { SigningKey } from '../keys/rings.ts';
import { nameOnly } from '../name-only.ts';
import { es256PrivateKey, signEs256 } from './es256.ts';

/** An imported key, and the encoded header that all its tokens share. */
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

  async ready(): Promise<void> {
    this.#prepare((await this.#ring.get()).current);
  }

  async sign(claims: AccessTokenClaims): Promise<string> {
    const { key, header } = this.#prepare((await this.#ring.get()).current);
    const signed = `${header}.${encode(claims)}`;
    const token = `${signed}.${signEs256(signed, key).toString('base64url')}`;
    // Every verifier would refuse the token, and the gateway may not pass it on, so the login fails instead.
    if (token.length > maxAccessTokenLength) throw new Fault('claims_too_large', { subject: claims.sub });
    return token;
  }

  #prepare({ kid, privateJwk }: SigningKey): Ready {
    if (this.#ready?.kid === kid) return this.#ready;
    try {
      this.#ready = { kid, key: es256PrivateKey(privateJwk), header: encode({ alg: 'ES256', typ: 'at+jwt', kid }) };
      return this.#ready;
    } catch (error) {
      // A message may quote the key, so only the name of the error is kept.
      throw new Fault('signing_key_broken', {}, { cause: nameOnly(error) });
    }
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
