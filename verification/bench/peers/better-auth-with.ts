import { createHash, randomBytes } from 'node:crypto';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { jwt } from 'better-auth/plugins';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { httpEvent } from '../../../test/support/http-event.ts';
import { type OpenSystem, readReply } from '../systems/system.ts';
import { dynamoAdapter } from './better-auth-adapter.ts';

const origin = 'https://auth.example.com';
const resource = 'https://api.example.com';
const scopes = ['offline_access', 'read', 'write'];

/**
 * Better Auth's OAuth provider plugin with JWT access tokens, as a Lambda function. The client, the resource and the
 * keys are in memory.
 */
export function betterAuthWith(options: { readonly refreshTokenReuseInterval?: number }): OpenSystem {
  return async ({ endpoint, table }) => {
    const { kid = '', ...jwk } = JSON.parse(process.env.BENCH_SIGNING_KEY ?? '{}') as Record<string, string>;
    const { d: _private, ...publicJwk } = jwk;
    const key = {
      id: kid,
      alg: 'ES256' as const,
      createdAt: new Date(0),
      publicKey: JSON.stringify(publicJwk),
      privateKey: JSON.stringify(jwk),
    };
    const auth = betterAuth({
      baseURL: origin,
      basePath: '/auth',
      secret: 'known to every process of this comparison',
      database: dynamoAdapter(endpoint, table),
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      logger: { disabled: true },
      plugins: [
        jwt({
          disableSettingJwtHeader: true,
          jwks: { keyPairConfig: { alg: 'ES256' }, disablePrivateKeyEncryption: true },
          adapter: { getJwks: async () => [key] },
        }),
        oauthProvider({
          loginPage: '/login',
          consentPage: '/consent',
          scopes,
          accessTokenExpiresIn: 600,
          refreshTokenExpiresIn: 14 * 86_400,
          resources: [resource],
          enforcePerClientResources: false,
          cachedTrustedClients: new Set(['app']),
          cachedResources: new Set([resource]),
          ...options,
        }),
      ],
    });
    const context = await auth.$context;
    const { adapter } = context;
    const where = [{ field: 'clientId', value: 'app' }];
    if ((await adapter.findOne({ model: 'oauthClient', where })) === null) {
      await adapter.create({
        model: 'oauthClient',
        data: {
          clientId: 'app',
          name: 'app',
          public: true,
          tokenEndpointAuthMethod: 'none',
          disabled: false,
          grantTypes: ['authorization_code', 'refresh_token'],
          responseTypes: ['code'],
          scopes,
          redirectUris: ['com.example.app:/callback'],
          createdAt: new Date(),
          updatedAt: new Date(),
        },
      });
    }
    const app = new Hono();
    app.all('*', (c) => auth.handler(c.req.raw));
    const lambda = handle(app) as unknown as (event: unknown) => Promise<unknown>;

    return {
      seed: async (count) => {
        const seeded = [];
        for (let made = 0; made < count; made += 1) {
          const now = new Date();
          const user = await adapter.create<Record<string, unknown>, { id: string }>({
            model: 'user',
            data: {
              name: 'user',
              email: `${crypto.randomUUID()}@example.com`,
              emailVerified: true,
              createdAt: now,
              updatedAt: now,
            },
          });
          const refreshToken = randomBytes(24).toString('base64url');
          await adapter.create({
            model: 'oauthRefreshToken',
            data: {
              token: createHash('sha256').update(refreshToken).digest('base64url'),
              clientId: 'app',
              userId: user.id,
              scopes,
              resources: [resource],
              authTime: now,
              createdAt: now,
              expiresAt: new Date(now.getTime() + 14 * 86_400_000),
            },
          });
          seeded.push({ subject: user.id, refreshToken });
        }
        return seeded;
      },
      refresh: async (refreshToken) => {
        const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'app', resource };
        const headers = { host: 'auth.example.com', 'content-type': 'application/x-www-form-urlencoded' };
        const body = new URLSearchParams(form).toString();
        return readReply(await lambda(httpEvent({ path: '/auth/oauth2/token', headers, body, base64: true })));
      },
      // It has no call for this. Delete the user's tokens, as it does itself when a used token is presented.
      revokeAll: async (subject) => {
        await adapter.deleteMany({ model: 'oauthRefreshToken', where: [{ field: 'userId', value: subject }] });
      },
    };
  };
}
