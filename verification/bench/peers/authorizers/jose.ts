import { createLocalJWKSet, jwtVerify } from 'jose';

const { ISSUER = '', AUDIENCE = '', JWKS = '' } = process.env;
const keys = createLocalJWKSet(JSON.parse(JWKS));

export async function handler(event: { headers: { authorization?: string } }) {
  try {
    const token = event.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      requiredClaims: ['exp', 'sub'],
    });
    return { isAuthorized: true, context: { sub: payload.sub, scope: payload.scope } };
  } catch {
    return { isAuthorized: false };
  }
}
