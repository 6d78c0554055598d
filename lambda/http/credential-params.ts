import type { AccessTokenClaims } from '../core/access-token.ts';
import type { EndRequest } from '../core/current-password.ts';
import { normaliseEmail } from '../core/username.ts';
import type { Params } from './params.ts';
import { type HttpRequest, malformed } from './request.ts';

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

/** Longest e-mail address as sent, in characters; normalised it has at most 254. */
const maxEmail = 320;

/** An e-mail address, normalised; white space around it is dropped. @throws Refusal */
export function readEmail(params: Params): string {
  const email = normaliseEmail(params.text('email', maxEmail));
  if (email === undefined) throw malformed('email is malformed.');
  return email;
}
