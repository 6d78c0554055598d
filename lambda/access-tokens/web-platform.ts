import { isEs256PublicJwk } from '../contract/jwk.ts';
import type { Platform } from './platform.ts';

/** The Web Cryptography API and web encodings, for edge runtimes and browsers. */
export const platform: Platform = {
  codec: { fromBase64url },
  async es256(jwk) {
    if (!isEs256PublicJwk(jwk)) throw new Error('not an ES256 key');
    const { x = '', y = '' } = jwk;
    // Omit the other members, which were checked above, because runtimes treat them differently.
    const point = { kty: 'EC', crv: 'P-256', x, y };
    const key = await crypto.subtle.importKey('jwk', point, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return async (signed, signature) => {
      const bytes = fromBase64url(signature);
      if (bytes?.length !== 64) throw new Error('not an ES256 signature');
      return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes, new TextEncoder().encode(signed));
    };
  },
};

/** `undefined` unless the text is the canonical, unpadded encoding of its bytes. */
function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  // atob ignores spare bits (RFC 4648 §3.5), but two texts must not decode to the same bytes.
  const canonical = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return canonical === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
}
