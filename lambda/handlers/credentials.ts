import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { verifyCaller } from '../core/caller.ts';
import { changeEmail, changePassword } from '../core/credentials.ts';
import type { TokenSet } from '../core/issue.ts';
import { Argon2Passwords } from '../crypto/argon2-passwords.ts';
import { isCommonPassword } from '../crypto/common-passwords.ts';
import { byRoute } from '../http/by-route.ts';
import { cookieScope, refreshCookie } from '../http/cookies.ts';
import { readEmail, readNewPassword, readPassword } from '../http/credential-params.ts';
import { endpointAt, retryAfter } from '../http/endpoint.ts';
import { readParams } from '../http/params.ts';
import { tokenReply } from '../http/response.ts';
import { eventTools, guessingTools, ownerTools } from '../wiring.ts';

const env = readEnv(functions.credentials.env, process.env);
const { findAddress, ...guessing } = guessingTools(env);
const tools = {
  ...ownerTools(env),
  ...eventTools(env),
  ...guessing,
  passwords: new Argon2Passwords(),
  isCommonPassword,
};
const endpoint = endpointAt(findAddress);
const wait = retryAfter(env.GRACE_SECONDS);
const scope = cookieScope(env.BASE_URL);

function newTokens(tokens: TokenSet, outcome: string) {
  const { session, refreshToken } = tokens;
  const inCookie = session.channel === 'cookie';
  const cookies = inCookie ? [refreshCookie(session, refreshToken, tools.clock.nowMs(), scope)] : [];
  return tokenReply(tokens, outcome, cookies);
}

export const handler = byRoute({
  'POST /auth/password': endpoint('password', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    const params = readParams(request, ['json']);
    const current = { claims, currentPassword: readPassword(params), sourceIp: request.sourceIp };
    const tokens = await changePassword({ ...current, newPassword: readNewPassword(params) }, tools);
    return newTokens(tokens, 'password_changed');
  }),

  'POST /auth/email': endpoint('email', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    const params = readParams(request, ['json']);
    const current = { claims, currentPassword: readPassword(params), sourceIp: request.sourceIp };
    const tokens = await changeEmail({ ...current, newEmail: readEmail(params) }, tools);
    return newTokens(tokens, 'email_changed');
  }),
});
