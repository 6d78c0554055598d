/** oidc-provider with rotation, JWT access tokens and a DynamoDB adapter, as a Lambda function. */
import Provider from 'oidc-provider';
import serverless from 'serverless-http';
import { httpEvent } from '../../../test/support/http-event.ts';
import { type OpenSystem, readReply } from '../systems/system.ts';
import { dynamoAdapters } from './dynamo-adapter.ts';

const resource = 'https://api.example.com';
const scope = 'read write';

export const open: OpenSystem = async ({ endpoint, table }) => {
  const { adapterOf, idsBy } = dynamoAdapters(endpoint, table);
  const provider = new Provider('https://auth.example.com', {
    adapter: adapterOf,
    clients: [
      {
        client_id: 'app',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['com.example.app:/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [JSON.parse(process.env.BENCH_SIGNING_KEY ?? '{}')] },
    // Returns the user without a database read; a real service reads it.
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: true,
    ttl: { RefreshToken: 14 * 86_400, Grant: 90 * 86_400, AccessToken: 600 },
    cookies: { keys: ['bench'] },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  provider.proxy = true;
  const lambda = serverless(provider.callback(), { provider: 'aws' }) as (
    event: unknown,
    context: object,
  ) => Promise<unknown>;
  const client = await provider.Client.find('app');
  if (client === undefined) throw new Error('no client');

  return {
    seed: async (count) => {
      const seeded = [];
      for (let made = 0; made < count; made += 1) {
        const accountId = crypto.randomUUID();
        const grant = new provider.Grant({ accountId, clientId: 'app' });
        grant.addResourceScope(resource, scope);
        const grantId = await grant.save();
        const token = new provider.RefreshToken({
          accountId,
          grantId,
          client,
          resource,
          scope,
          gty: 'authorization_code',
          authTime: Math.floor(Date.now() / 1000),
        } as never);
        seeded.push({ subject: accountId, refreshToken: await token.save() });
      }
      return seeded;
    },
    refresh: async (refreshToken) => {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'app' };
      const headers = {
        host: 'auth.example.com',
        'x-forwarded-proto': 'https',
        'content-type': 'application/x-www-form-urlencoded',
      };
      const body = new URLSearchParams(form).toString();
      return readReply(await lambda(httpEvent({ path: '/token', headers, body, base64: true }), {}));
    },
    // It leaves this to the application: delete every grant of the account, with its tokens.
    revokeAll: async (subject) => {
      for (const id of await idsBy('accountId', subject)) {
        if (!id.startsWith('Grant:')) continue;
        const grantId = id.slice('Grant:'.length);
        await provider.RefreshToken.revokeByGrantId(grantId);
        await adapterOf('Grant').destroy(grantId);
      }
    },
  };
};
