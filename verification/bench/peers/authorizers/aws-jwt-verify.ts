import { JwtVerifier } from 'aws-jwt-verify';

const { ISSUER = '', AUDIENCE = '', JWKS = '' } = process.env;
const verifier = JwtVerifier.create({
  issuer: ISSUER,
  audience: AUDIENCE,
  jwksUri: `${ISSUER}/.well-known/jwks.json`,
});
verifier.cacheJwks(JSON.parse(JWKS));

export async function handler(event: { headers: { authorization?: string } }) {
  try {
    const claims = await verifier.verify(event.headers.authorization?.replace(/^Bearer /, '') ?? '');
    return { isAuthorized: true, context: { sub: claims.sub, scope: claims.scope } };
  } catch {
    return { isAuthorized: false };
  }
}
