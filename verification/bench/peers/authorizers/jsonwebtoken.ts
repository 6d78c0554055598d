import jsonwebtoken from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';

const { ISSUER = '', AUDIENCE = '', JWKS = '' } = process.env;
const jwks = JSON.parse(JWKS);
const client = jwksRsa({ jwksUri: `${ISSUER}/.well-known/jwks.json`, cache: true, fetcher: async () => jwks });

export async function handler(event: { headers: { authorization?: string } }) {
  try {
    const token = event.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { kid } = jsonwebtoken.decode(token, { complete: true })?.header ?? {};
    const key = (await client.getSigningKey(kid)).getPublicKey();
    const claims = jsonwebtoken.verify(token, key, { algorithms: ['ES256'], issuer: ISSUER, audience: AUDIENCE });
    if (typeof claims === 'string') throw new Error('not an object');
    return { isAuthorized: true, context: { sub: claims.sub, scope: claims.scope } };
  } catch {
    return { isAuthorized: false };
  }
}
