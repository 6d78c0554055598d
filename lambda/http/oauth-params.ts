import { Refusal } from '../core/errors.ts';
import type { Params } from './params.ts';
import { malformed, maxBodyBytes } from './request.ts';

/** The client of a session that was opened without a `client_id`. */
export const defaultClientId = 'default';

/** `client_id`: up to 64 visible ASCII characters (RFC 6749 appendix A.1), except quotes and backslashes. */
export function clientIdOf(params: Params): string {
  return params.optionalText('client_id', 64, /^[!#-[\]-~]+$/) ?? defaultClientId;
}

/** Maximum length of `scope`, in characters. */
const maxScope = 200;

/**
 * The words of `scope` (RFC 6749 §3.3). `undefined` when absent.
 *
 * @throws Refusal `invalid_scope` for malformed text (RFC 6749 §5.2), `invalid_request` for any other type
 */
export function scopesOf(params: Params): string[] | undefined {
  const scope = params.optionalText('scope', maxBodyBytes);
  if (scope === undefined) return undefined;
  if (scope.length > maxScope || !/^[!#-[\]-~]+( [!#-[\]-~]+)*$/.test(scope)) {
    const description = `scope must be 1 to ${maxScope} characters: visible ASCII without quotes and backslashes, separated by single spaces.`;
    throw new Refusal('invalid_scope', 'request_malformed', description);
  }
  return scope.split(' ');
}

/** RFC 6749 §6: the only supported grant. */
export function requireRefreshGrant(params: Params): void {
  const grantType = params.optionalText('grant_type', 128);
  if (grantType === undefined) throw malformed('grant_type is missing.');
  if (grantType !== 'refresh_token') {
    throw new Refusal('unsupported_grant_type', 'request_malformed', 'The only supported grant type is refresh_token.');
  }
}

/** An access token cannot be revoked, and 200 would claim that it was: RFC 7009 §2.2.1. */
export function refuseAccessToken(token: string): void {
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(token)) {
    const description = 'Access tokens cannot be revoked; they expire within minutes.';
    throw new Refusal('unsupported_token_type', 'token_type', description);
  }
}
