import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { ExternalUsers } from '../core/external-users.ts';
import { login } from '../core/login.ts';
import { TableUsers } from '../core/users.ts';
import { Argon2Passwords } from '../crypto/argon2-passwords.ts';
import { refreshCookie as cookieFor } from '../http/cookies.ts';
import { endpoint, retryAfter } from '../http/endpoint.ts';
import { readLogin } from '../http/login-params.ts';
import { tokenReply } from '../http/response.ts';
import { usersFunction } from '../users-function.ts';
import { issuingTools } from '../wiring.ts';

const env = readEnv(functions.login.env, process.env);
const parts = issuingTools(env);
const users =
  env.USERS_FUNCTION === '-'
    ? new TableUsers(parts.accounts, new Argon2Passwords())
    : new ExternalUsers(parts.accounts, usersFunction(env.USERS_FUNCTION));
const tools = { ...parts, users, maxSessionsPerUser: env.MAX_SESSIONS_PER_USER };

/** `POST /auth/login` */
export const handler = endpoint('login', retryAfter(env.GRACE_SECONDS), async (request) => {
  const wanted = readLogin(request, env.ALLOWED_ORIGINS);
  const tokens = await login(wanted, tools);
  const byCookie = wanted.channel === 'cookie';
  const cookie = byCookie ? cookieFor(tokens.session, tokens.refreshToken, tools.clock.nowMs()) : undefined;
  return tokenReply(tokens, 'session_started', cookie);
});
