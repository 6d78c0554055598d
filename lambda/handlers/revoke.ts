import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { revoke } from '../core/revoke.ts';
import { clearedRefreshCookie } from '../http/cookies.ts';
import { endpoint, retryAfter } from '../http/endpoint.ts';
import { clientIdOf, refuseAccessToken, refuseClientAuthentication } from '../http/oauth-params.ts';
import { readParams } from '../http/params.ts';
import { presentedToken } from '../http/presented-token.ts';
import { ratchetTools } from '../wiring.ts';

const env = readEnv(functions.revoke.env, process.env);
const tools = ratchetTools(env);

/** `POST /auth/revoke`: RFC 7009; in cookie mode also the logout that clears the cookie */
export const handler = endpoint('revoke', retryAfter(env.GRACE_SECONDS), async (request) => {
  const params = readParams(request, ['json', 'form']);
  refuseClientAuthentication(request, params);
  const { text, channel } = presentedToken(request, params, 'token', env.ALLOWED_ORIGINS);
  refuseAccessToken(text);
  const revoked = await revoke(text, clientIdOf(params), tools);
  return {
    status: 200,
    body: {},
    ...(channel === 'cookie' ? { cookies: [clearedRefreshCookie] } : {}),
    facts: revoked,
  };
});
