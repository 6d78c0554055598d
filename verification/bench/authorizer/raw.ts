/** The lower bound: Node verifies one signature with a key that is already loaded, and nothing else is checked. */
import { createPublicKey, verify } from 'node:crypto';

const key = createPublicKey({ key: JSON.parse(process.env.JWKS ?? '').keys[0], format: 'jwk' });

/** `headers.signed` and `headers.der` are decoded before the measurement starts. */
export async function handler(event: { headers: { signed: Buffer; der: Buffer } }) {
  return { isAuthorized: verify('sha256', event.headers.signed, key, event.headers.der) };
}
