import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { login } from '../core/login.ts';
import { clearForeignCookies, cookieScope, refreshCookie } from '../http/cookies.ts';
import { endpointAt, retryAfter } from '../http/endpoint.ts';
import { readLogin } from '../http/login-params.ts';
import { tokenReply } from '../http/response.ts';
import { usersOf } from '../users-wiring.ts';
import { eventTools, guessingTools, issuingTools } from '../wiring.ts';

const env = readEnv(functions.login.env, process.env);
const parts = issuingTools(env);
const users = usersOf(env, parts);
const { findAddress, ...guessing } = guessingTools(env);
const tools = { ...parts, ...eventTools(env), ...guessing, users, maxSessionsPerUser: env.MAX_SESSIONS_PER_USER };

const accepted = { allowedOrigins: env.ALLOWED_ORIGINS, clients: env.CLIENTS };
const scope = cookieScope(env.BASE_URL);

/** `POST /auth/login` */
export const handler = endpointAt(findAddress)('login', retryAfter(env.GRACE_SECONDS), async (request) => {
  const wanted = readLogin(request, accepted);
  const tokens = await login(wanted, tools);
  const byCookie = wanted.channel === 'cookie';
  const cookie = () => refreshCookie(tokens.session, tokens.refreshToken, tools.clock.nowMs(), scope);
  const cookies = byCookie ? [...clearForeignCookies(request, scope, 'follows'), cookie()] : [];
  return tokenReply(tokens, 'session_started', cookies);
});
