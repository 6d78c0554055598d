import { es256Key, verifyEs256 } from './es256.ts';
import type { Platform } from './platform.ts';

/** Node's own crypto. It is synchronous, and faster than WebCrypto in Node. */
export const platform: Platform = {
  textOf: (segment) => Buffer.from(segment, 'base64url').toString('utf8'),
  es256: (jwk) => {
    const key = es256Key(jwk);
    return (signed, signature) => verifyEs256(signed, Buffer.from(signature, 'base64url'), key);
  },
};
