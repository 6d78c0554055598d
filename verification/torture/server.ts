import type { AccessTokenClaims as Claims } from '../../lambda/core/access-token.ts';
import { isRecentLogin } from '../../lambda/core/current-password.ts';
import { Refusal } from '../../lambda/core/errors.ts';
import type { TokenSet } from '../../lambda/core/issue.ts';
import { done } from '../../lambda/http/account-reply.ts';
import { explain, retryAfter } from '../../lambda/http/endpoint.ts';
import { type Reply, tokenReply, toResult } from '../../lambda/http/response.ts';
import { Crash } from '../../test/support/around.ts';
import { claimsOf } from '../../test/support/world.ts';
import type { Tab } from './tab.ts';
import type { Asked, Serve, Served } from './web.ts';
import type { World } from './world.ts';

/** Error responses of the gateway in front of the functions. */
const ofTheGateway: readonly Served[] = [
  { status: 429, text: '{"message":"Too Many Requests"}', headers: { 'retry-after': '2' } },
  { status: 500, text: '{"message":"Internal Server Error"}', headers: {} },
  { status: 503, text: '<html>Service Unavailable</html>', headers: {} },
];

/** Runs the use cases of the core. */
export interface Backend extends Pick<World, 'judge' | 'login' | 'refresh' | 'asUser'> {
  readonly sim: Pick<World['sim'], 'nowMs'>;
}

interface Answer {
  readonly reply: Reply;
  readonly tokens?: TokenSet;
  readonly clearsCookie?: boolean;
}

/** The service as clients see it: the routes over the real core, with the responses of `lambda/http`. */
export function serverOf(world: Backend): Serve {
  const wait = retryAfter(30);
  return async (tab, asked) => {
    const { rng, harm } = tab.device;
    if (rng.chance(harm / 10)) return rng.pick(ofTheGateway);
    if (asked.path === '/me') return api(world, tab, asked);
    try {
      return served(tab, await answer(world, tab, asked));
    } catch (error) {
      if (error instanceof Crash) return ofTheGateway[1] as Served;
      return served(tab, { reply: explain(error, wait)[0] });
    }
  };
}

function served({ device: { channel } }: Tab, { reply, tokens, clearsCookie }: Answer): Served {
  const { statusCode = 200, body = '', headers = {} } = toResult(reply);
  const cookie = tokens?.refreshTokenChanged ? tokens.refreshToken : clearsCookie ? '' : undefined;
  return {
    status: statusCode,
    text: body,
    headers: headers as Record<string, string>,
    ...(channel === 'cookie' && cookie !== undefined && { setCookie: cookie }),
    ...(tokens && {
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      sessionId: tokens.session.sessionId,
    }),
  };
}

/** A team's API behind the authorizer. Rights change often: each use of the device needs a newer access token. */
function api({ sim }: Backend, { device }: Tab, { bearer }: Asked): Served {
  if (bearer === undefined) return { status: 401, text: '{"message":"Unauthorized"}', headers: {} };
  const { exp, iat } = claimsOf(bearer) as Claims;
  const fresh = iat >= Math.floor(device.usedAt / 1000) || device.rng.chance(0.15);
  if (exp * 1000 <= sim.nowMs() || !fresh) return { status: 403, text: '{"message":"Forbidden"}', headers: {} };
  return { status: 200, text: '{}', headers: {} };
}

async function answer(world: Backend, { device }: Tab, asked: Asked): Promise<Answer> {
  const { channel, rng } = device;
  const { path, method, body, cookie } = asked;
  const seed = rng.next();
  const op = { seed, harm: device.harm };
  const text = (name: string) => body[name] as string | undefined;
  switch (`${method} ${path}`) {
    case 'POST /auth/login': {
      const earlier = channel === 'cookie' ? cookie : text('refresh_token');
      const tokens = await world.login(op, device, text('username') ?? '', text('password') ?? '', earlier);
      return { reply: tokenReply(tokens, 'session_started', []), tokens };
    }
    case 'POST /auth/refresh': {
      const token = channel === 'cookie' ? cookie : text('refresh_token');
      if (token === undefined) throw new Refusal('invalid_request', 'token_missing', 'There is no refresh token.');
      const tokens = await world.refresh(op, seed, device.name, false, channel, token);
      return { reply: tokenReply(tokens, tokens.row, []), tokens };
    }
    case 'POST /auth/revoke': {
      const token = channel === 'cookie' ? cookie : text('token');
      if (token !== undefined) await world.asUser(op, 'logout', (core, tools) => core.revoke(token, 'app', tools));
      return { reply: { status: 200, body: {} }, clearsCookie: true };
    }
    default:
      return account(world, asked, op);
  }
}

/** The routes that take an access token. */
async function account(world: Backend, { path, method, body, bearer }: Asked, op: Parameters<Backend['asUser']>[0]) {
  const claims = claimsOf(bearer ?? 'signed.{"exp":0}') as Claims;
  if (claims.exp * 1000 <= world.sim.nowMs()) throw new Refusal('invalid_token', 'token_expired', 'It has expired.');
  const currentPassword = body.current_password as string | undefined;
  const owner = { claims, sourceIp: '192.0.2.1', ...(currentPassword !== undefined && { currentPassword }) };
  if (path === '/auth/revoke-all') {
    await world.asUser(op, 'keep one', async (core, tools, used) => {
      await (body.keep_current ? core.revokeOthers(owner, tools) : core.revokeAllOf(claims, tools));
      used(claims.sid);
    });
    return { reply: done(claims, 'revoked') };
  }
  if (path === '/auth/password') {
    const change = { ...owner, currentPassword: currentPassword ?? '', newPassword: String(body.new_password) };
    const tokens = await world.asUser(op, 'password', async (core, tools, used, call) => {
      const opened = await core.changePassword(change, tools);
      if (opened !== undefined) world.judge.loggedIn(call, opened.refreshToken);
      // An owner who knows the password may change it for a few minutes after the session has ended.
      if (!isRecentLogin(claims, call.nowMs)) used(claims.sid);
      return opened;
    });
    return tokens ? { reply: tokenReply(tokens, 'password_changed', []), tokens } : { reply: done(claims, 'changed') };
  }
  if (method !== 'DELETE') throw new Error(`no route ${method} ${path}`);
  await world.asUser(op, 'end one', async (core, tools, used) => {
    await core.endSession(owner, path.slice(path.lastIndexOf('/') + 1), tools);
    used(claims.sid);
  });
  return { reply: done(claims, 'session_ended', 204) };
}
