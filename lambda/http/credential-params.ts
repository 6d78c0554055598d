import type { AccessTokenClaims } from '../core/access-token.ts';
import type { EndRequest } from '../core/current-password.ts';
import { normaliseEmail } from '../core/username.ts';
import { type Params, requireIntact } from './params.ts';
import { type HttpRequest, malformed } from './request.ts';

/** Maximum password length in characters, above the policy's maximum so that the policy can report "too long". */
const maxPassword = 1024;

/** The current password, as typed. @throws Refusal */
export function readPassword(params: Params): string {
  return requireIntact('current_password', params.text('current_password', maxPassword));
}

/** The caller who ends sessions, with the current password if it was sent. @throws Refusal */
export function readEndRequest(claims: AccessTokenClaims, params: Params, { sourceIp }: HttpRequest): EndRequest {
  const currentPassword = params.optionalText('current_password', maxPassword);
  if (currentPassword === undefined) return { claims, sourceIp };
  return { claims, sourceIp, currentPassword: requireIntact('current_password', currentPassword) };
}

/** @throws Refusal */
export function readNewPassword(params: Params): string {
  return requireIntact('new_password', params.text('new_password', maxPassword));
}

/** Maximum length of an e-mail address as sent, in characters. After normalisation the maximum is 254. */
const maxEmail = 320;

/** An e-mail address, normalised; surrounding white space is removed. @throws Refusal */
export function readEmail(params: Params): string {
  const email = normaliseEmail(params.text('email', maxEmail));
  if (email === undefined) throw malformed('email is malformed.');
  return email;
}
