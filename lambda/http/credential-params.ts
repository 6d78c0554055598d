import type { AccessTokenClaims } from '../core/access-token.ts';
import type { EndRequest } from '../core/current-password.ts';
import type { Params } from './params.ts';
import type { HttpRequest } from './request.ts';

/** Longest password that is read, in characters: with room to be told "too long" by the policy. */
const maxPassword = 1024;

/** The current password, exactly as typed. @throws Refusal */
export function readPassword(params: Params): string {
  return params.text('current_password', maxPassword);
}

/** Who wants to end sessions, with the current password where one is sent. @throws Refusal */
export function readEndRequest(claims: AccessTokenClaims, params: Params, { sourceIp }: HttpRequest): EndRequest {
  const currentPassword = params.optionalText('current_password', maxPassword);
  return { claims, sourceIp, ...(currentPassword === undefined ? {} : { currentPassword }) };
}

/** @throws Refusal */
export function readNewPassword(params: Params): string {
  return params.text('new_password', maxPassword);
}

/**
 * An e-mail address as far as its form tells: something, one @, a domain. Whether it is the user's own is for the team
 * to find out.
 *
 * @throws Refusal
 */
export function readEmail(params: Params): string {
  return params.text('email', 254, /^[^\s@\p{C}]{1,64}@[^\s@.\p{C}]+(\.[^\s@.\p{C}]+)+$/u);
}
