import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { verifyCaller } from '../core/caller.ts';
import { changeEmail, changePassword } from '../core/credentials.ts';
import { Argon2Passwords } from '../crypto/argon2-passwords.ts';
import { isCommonPassword } from '../crypto/common-passwords.ts';
import { done } from '../http/account-reply.ts';
import { byRoute } from '../http/by-route.ts';
import { readEmail, readNewPassword, readPassword } from '../http/credential-params.ts';
import { endpoint, retryAfter } from '../http/endpoint.ts';
import { readParams } from '../http/params.ts';
import { callerTools } from '../wiring.ts';

const env = readEnv(functions.credentials.env, process.env);
const tools = { ...callerTools(env), passwords: new Argon2Passwords(), isCommonPassword };
const wait = retryAfter(env.GRACE_SECONDS);

export const handler = byRoute({
  'POST /auth/password': endpoint('password', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    const params = readParams(request, ['json']);
    const current = { claims, currentPassword: readPassword(params), sourceIp: request.sourceIp };
    await changePassword({ ...current, newPassword: readNewPassword(params) }, tools);
    return done(claims, 'password_changed');
  }),

  'POST /auth/email': endpoint('email', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    const params = readParams(request, ['json']);
    const current = { claims, currentPassword: readPassword(params), sourceIp: request.sourceIp };
    await changeEmail({ ...current, newEmail: readEmail(params) }, tools);
    return done(claims, 'email_changed');
  }),
});
