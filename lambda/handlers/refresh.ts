import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { refresh } from '../core/refresh.ts';
import { asClient, clientOf } from '../http/client-authentication.ts';
import { clearForeignCookies, cookieScope, refreshCookie } from '../http/cookies.ts';
import { endpoint, retryAfter } from '../http/endpoint.ts';
import { requireRefreshGrant, scopesOf } from '../http/oauth-params.ts';
import { readParams } from '../http/params.ts';
import { presentedToken } from '../http/presented-token.ts';
import { tokenReply } from '../http/response.ts';
import { issuingTools, rareEventTools } from '../wiring.ts';

const env = readEnv(functions.refresh.env, process.env);
const tools = { ...issuingTools(env), ...rareEventTools(env), allowedOrigins: env.ALLOWED_ORIGINS };
const scope = cookieScope(env.BASE_URL);

/** `POST /auth/refresh`: RFC 6749 §6 */
export const handler = endpoint(
  'refresh',
  retryAfter(env.GRACE_SECONDS),
  async (request) => {
    const params = readParams(request, ['json', 'form']);
    const client = clientOf(request, params, env.CLIENTS);
    requireRefreshGrant(params);
    const { text, channel } = await presentedToken(request, params, 'refresh_token', tools);
    const wanted = { refreshToken: text, channel, scopes: scopesOf(params) };
    const tokens = await asClient(client, (clientId) => refresh({ ...wanted, clientId }, tools));
    // An unchanged token needs no cookie, and a late response must not overwrite a newer cookie: protocol.md, row D.
    const newCookie = channel === 'cookie' && tokens.refreshTokenChanged;
    const cookies = newCookie ? [refreshCookie(tokens.session, tokens.refreshToken, tools.clock.nowMs(), scope)] : [];
    return tokenReply(tokens, tokens.row, cookies);
  },
  // Planted cookies are cleared with the first response, including a refusal. Our own cookie stays.
  (request) => clearForeignCookies(request, scope, 'stays'),
);
