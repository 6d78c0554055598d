import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { verifyCaller } from '../core/caller.ts';
import { revokeAllOf, revokeOthers } from '../core/revoke-subject.ts';
import { endSession, listSessions } from '../core/sessions.ts';
import { Argon2Passwords } from '../crypto/argon2-passwords.ts';
import { done, sessionsReply } from '../http/account-reply.ts';
import { byRoute } from '../http/by-route.ts';
import { readEndRequest } from '../http/credential-params.ts';
import { endpointAt, retryAfter } from '../http/endpoint.ts';
import { optionalParams } from '../http/params.ts';
import { callerTools, eventTools, guessingTools } from '../wiring.ts';

const env = readEnv(functions.sessions.env, process.env);
const { findAddress, ...guessing } = guessingTools(env);
const tools = { ...callerTools(env), ...eventTools(env), ...guessing, passwords: new Argon2Passwords() };
const endpoint = endpointAt(findAddress);
const wait = retryAfter(env.GRACE_SECONDS);

export const handler = byRoute({
  'POST /auth/revoke-all': endpoint('revoke-all', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    const params = optionalParams(request);
    const keepCurrent = params.flag('keep_current');
    // Parse it in either case: a malformed parameter is refused even if it is not needed.
    const wanted = readEndRequest(claims, params, request);
    if (keepCurrent) await revokeOthers(wanted, tools);
    else await revokeAllOf(claims, tools);
    return done(claims, keepCurrent ? 'others_revoked' : 'all_revoked');
  }),

  'GET /auth/sessions': endpoint('sessions', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    return sessionsReply(claims, (await listSessions(claims, tools)).sessions);
  }),

  'DELETE /auth/sessions/{sid}': endpoint('end-session', wait, async (request) => {
    const claims = await verifyCaller(request.headers.authorization, tools.verifier);
    const wanted = readEndRequest(claims, optionalParams(request), request);
    await endSession(wanted, request.pathParameters.sid ?? '', tools);
    return done(claims, 'session_ended', 204);
  }),
});
