import type { LoginRequest } from '../core/login.ts';
import { clientIdOf } from './oauth-params.ts';
import { readParams } from './params.ts';
import { refreshCookie, requireTrustedOrigin } from './presented-token.ts';
import { type HttpRequest, malformed } from './request.ts';

const maxRefreshToken = 2048;
const maxNameBytes = 64;
const maxUserAgentBytes = 128;

/** The parameters of `POST /auth/login`: JSON only. @throws Refusal `invalid_request` */
export function readLogin(request: HttpRequest, allowedOrigins: readonly string[]): LoginRequest {
  const params = readParams(request, ['json']);
  const channel = params.optionalText('channel', 16) ?? 'body';
  if (channel !== 'body' && channel !== 'cookie') throw malformed('channel is body or cookie.');
  // A login by cookie replaces the browser's session, so it proves its origin as every cookie request does.
  if (channel === 'cookie') requireTrustedOrigin(request, params, allowedOrigins);
  const inBody = params.optionalText('refresh_token', maxRefreshToken);
  const earlierToken = channel === 'cookie' ? refreshCookie(request) : inBody;

  const deviceName = params.optionalText('device_name', maxNameBytes);
  if (Buffer.byteLength(deviceName ?? '') > maxNameBytes) throw malformed('device_name is too long.');
  const userAgent = cutToBytes(request.headers['user-agent'] ?? '', maxUserAgentBytes);
  return {
    username: params.text('username', 512),
    password: params.text('password', 1024),
    clientId: clientIdOf(params),
    channel,
    sourceIp: request.sourceIp,
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(userAgent === '' ? {} : { userAgent }),
    ...(earlierToken === undefined ? {} : { earlierToken }),
  };
}

/** The longest start of a text that fits, whole characters only. */
function cutToBytes(text: string, maxBytes: number): string {
  let cut = text.slice(0, maxBytes);
  while (Buffer.byteLength(cut) > maxBytes) cut = cut.slice(0, -1);
  return cut.toWellFormed();
}
