/** A Fastify service whose routes need an access token. */
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type AccessTokenClaims, createVerifier, requireScope } from 'pawl-verify';

declare module 'fastify' {
  interface FastifyRequest {
    claims: AccessTokenClaims | null;
  }
}

export function createApp(options: { readonly issuer: string; readonly audience: string }): FastifyInstance {
  const verifier = createVerifier(options);
  const app = Fastify();
  app.decorateRequest('claims', null);

  // Fastify responds with the status and the headers of a thrown error, so the challenge needs no code.
  const guard = (scope?: string) => async (request: FastifyRequest) => {
    const claims = await verifier.verify(request.headers.authorization);
    if (scope !== undefined) requireScope(claims, scope);
    request.claims = claims;
  };

  app.get('/health', () => ({ ok: true }));
  app.get('/orders', { preHandler: guard() }, (request) => ({ orders: [], of: request.claims?.sub }));
  app.post('/orders', { preHandler: guard('orders:write') }, (request) => ({ placedBy: request.claims?.sub }));
  return app;
}

if (import.meta.main) {
  const app = createApp({ issuer: process.env.ISSUER ?? '', audience: process.env.AUDIENCE ?? '' });
  console.log(await app.listen({ port: Number(process.env.PORT ?? 4000) }));
}
