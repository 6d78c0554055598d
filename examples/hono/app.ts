/** A Hono service whose routes need an access token. */
import { Hono, type MiddlewareHandler } from 'hono';
import { type AccessTokenClaims, createVerifier, KeysUnavailableError, requireScope, VerifyError } from 'pawl-verify';

interface Env {
  Variables: { claims: AccessTokenClaims };
}

export function createApp(options: { readonly issuer: string; readonly audience: string }): Hono<Env> {
  const verifier = createVerifier(options);
  const app = new Hono<Env>();

  const guard =
    (scope?: string): MiddlewareHandler<Env> =>
    async (c, next) => {
      const claims = await verifier.verify(c.req.header('authorization'));
      if (scope !== undefined) requireScope(claims, scope);
      c.set('claims', claims);
      await next();
    };

  app.onError((error, c) => {
    if (!(error instanceof VerifyError || error instanceof KeysUnavailableError)) throw error;
    return c.json(error.body, error.status, error.headers);
  });
  app.get('/health', (c) => c.json({ ok: true }));
  app.get('/orders', guard(), (c) => c.json({ orders: [], of: c.var.claims.sub }));
  app.post('/orders', guard('orders:write'), (c) => c.json({ placedBy: c.var.claims.sub }));
  return app;
}
