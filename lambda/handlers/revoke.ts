import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { revoke, revokeCookies } from '../core/revoke.ts';
import { asClient, clientOf } from '../http/client-authentication.ts';
import { clearedRefreshCookie, clearForeignCookies, cookieScope } from '../http/cookies.ts';
import { endpoint, retryAfter } from '../http/endpoint.ts';
import { refuseAccessToken } from '../http/oauth-params.ts';
import { readParams } from '../http/params.ts';
import { tokensToRevoke } from '../http/presented-token.ts';
import { eventTools, ratchetTools } from '../wiring.ts';

const env = readEnv(functions.revoke.env, process.env);
const tools = { ...ratchetTools(env), ...eventTools(env), allowedOrigins: env.ALLOWED_ORIGINS };
const scope = cookieScope(env.BASE_URL);

/** `POST /auth/revoke`: RFC 7009. In cookie mode, this is the logout, which accepts and clears any cookies. */
export const handler = endpoint('revoke', retryAfter(env.GRACE_SECONDS), async (request) => {
  const params = readParams(request, ['json', 'form']);
  const presented = await tokensToRevoke(request, params, tools);
  if (presented.channel === 'cookie') {
    const facts = await revokeCookies(presented.texts, tools);
    const cookies = [...clearForeignCookies(request, scope, 'follows'), clearedRefreshCookie(scope)];
    return { status: 200, body: {}, cookies, facts };
  }
  const client = clientOf(request, params, env.CLIENTS);
  refuseAccessToken(presented.text);
  const facts = await asClient(client, (clientId) => revoke(presented.text, clientId, tools));
  return { status: 200, body: {}, facts };
});
