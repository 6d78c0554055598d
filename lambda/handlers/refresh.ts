import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { refresh } from '../core/refresh.ts';
import { refreshCookie } from '../http/cookies.ts';
import { endpoint, retryAfter } from '../http/endpoint.ts';
import { clientIdOf, refuseClientAuthentication, requireRefreshGrant, scopesOf } from '../http/oauth-params.ts';
import { readParams } from '../http/params.ts';
import { presentedToken } from '../http/presented-token.ts';
import { tokenReply } from '../http/response.ts';
import { issuingTools } from '../wiring.ts';

const env = readEnv(functions.refresh.env, process.env);
const tools = issuingTools(env);

/** `POST /auth/refresh`: RFC 6749 §6 */
export const handler = endpoint('refresh', retryAfter(env.GRACE_SECONDS), async (request) => {
  const params = readParams(request, ['json', 'form']);
  refuseClientAuthentication(request, params);
  requireRefreshGrant(params);
  const { text, channel } = presentedToken(request, params, 'refresh_token', env.ALLOWED_ORIGINS);
  const wanted = { refreshToken: text, clientId: clientIdOf(params), channel, scopes: scopesOf(params) };
  const tokens = await refresh(wanted, tools);
  // A token that did not change needs no cookie, and a late answer must not overwrite a newer one: protocol.md §5.
  const newCookie = channel === 'cookie' && tokens.refreshTokenChanged;
  const cookie = newCookie ? refreshCookie(tokens.session, tokens.refreshToken, tools.clock.nowMs()) : undefined;
  return tokenReply(tokens, tokens.row, cookie);
});
