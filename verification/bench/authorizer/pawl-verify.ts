/** The verifier that `pawl-verify` exports, without Pawl's handler around it. */
import { createVerifier } from '../../../verify/index.ts';

const { ISSUER = '', AUDIENCE = '', JWKS = '' } = process.env;
const verifier = createVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: JSON.parse(JWKS) });

export async function handler(event: { headers: { authorization?: string } }) {
  try {
    const { sub, scopes } = await verifier.verify(event.headers.authorization);
    return { isAuthorized: true, context: { sub, scope: scopes.join(' ') } };
  } catch {
    return { isAuthorized: false };
  }
}
