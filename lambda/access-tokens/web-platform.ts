import { isEs256PublicJwk } from '../contract/jwk.ts';
import type { Platform } from './platform.ts';

/** The Web Cryptography API and web encodings, for edge runtimes and browsers. */
export const platform: Platform = {
  textOf: (segment) => new TextDecoder().decode(fromBase64url(segment)),
  async es256(jwk) {
    if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');
    const { x = '', y = '' } = jwk;
    // Omit the other members, which were checked above, because runtimes treat them differently.
    const point = { kty: 'EC', crv: 'P-256', x, y };
    const key = await crypto.subtle.importKey('jwk', point, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return async (signed, signature) => {
      const bytes = fromBase64url(signature);
      if (bytes.length !== 64) throw new Error('not an ES256 signature');
      return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes, new TextEncoder().encode(signed));
    };
  },
};

/** @param text canonical: the verifier has checked it. atob ignores white space, padding and spare bits. */
function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
