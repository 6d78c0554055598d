import type { LoginRequest } from '../core/login.ts';
import { clientOf } from './client-authentication.ts';
import { cutLabel } from './label.ts';
import { readParams, requireIntact } from './params.ts';
import { refreshCookies, requireTrustedOrigin } from './presented-token.ts';
import { type HttpRequest, malformed } from './request.ts';

const maxRefreshToken = 2048;
const maxNameBytes = 64;
const maxUserAgentBytes = 128;

/** What this deployment accepts. */
interface Accepted {
  readonly allowedOrigins: readonly string[];
  /** Empty: any client is accepted. */
  readonly clients: readonly string[];
}

/** The parameters of `POST /auth/login`: JSON only. @throws Refusal `invalid_request`, `invalid_client` */
export function readLogin(request: HttpRequest, { allowedOrigins, clients }: Accepted): LoginRequest {
  const params = readParams(request, ['json']);
  const channel = params.optionalText('channel', 16) ?? 'body';
  if (channel !== 'body' && channel !== 'cookie') throw malformed('channel must be body or cookie.');
  // A login in cookie mode replaces the browser's session, so it must prove its origin like every cookie request.
  if (channel === 'cookie') requireTrustedOrigin(request, params, allowedOrigins);
  const inBody = params.optionalText('refresh_token', maxRefreshToken);
  const deviceName = cutLabel(params.label('device_name'), maxNameBytes);
  const userAgent = cutLabel(request.headers['user-agent'], maxUserAgentBytes);
  return {
    username: requireIntact('username', params.text('username', 512)),
    password: requireIntact('password', params.text('password', 1024)),
    clientId: clientOf(request, params, clients).id,
    channel,
    sourceIp: request.sourceIp,
    ...(deviceName === undefined ? {} : { deviceName }),
    ...(userAgent === undefined ? {} : { userAgent }),
    earlierTokens: channel === 'cookie' ? refreshCookies(request) : inBody === undefined ? [] : [inBody],
  };
}
