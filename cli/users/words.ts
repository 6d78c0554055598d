import { reservedClaims } from '../../lambda/core/access-token.ts';
import { requireGrant } from '../../lambda/core/claims.ts';
import { findPasswordFault, passwordFaultText } from '../../lambda/core/password-policy.ts';
import { normaliseEmail, normaliseUsername } from '../../lambda/core/username.ts';
import { isCommonPassword } from '../../lambda/crypto/common-passwords.ts';
import { exitCodes, Failure } from '../frame/failure.ts';

/** Parsers for typed arguments about a user. */

/** What a username is, in messages. */
export const usernameRule =
  '1 to 254 letters, digits, marks and ASCII characters, without white space, and not - alone';

export function usernameOf(typed: string): string {
  const username = normaliseUsername(typed);
  if (username !== undefined) return username;
  throw new Failure(`the username ${typed} is not allowed; allowed: ${usernameRule}`, exitCodes.usage);
}

export function emailOf(typed: string): string {
  const email = normaliseEmail(typed);
  if (email !== undefined) return email;
  throw new Failure(`${typed} is not an e-mail address such as alice@example.com`, exitCodes.usage);
}

/** Scopes from one or more words, each of which may hold several, separated by white space. */
export function scopesOf(words: readonly string[]): readonly string[] {
  const scopes = [...new Set(words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== ''))];
  const fault = separatorFault(scopes);
  if (fault !== undefined) throw new Failure(fault, exitCodes.usage);
  const unfit = scopes.find((scope) => !/^[!-~]+$/.test(scope) || /["\\]/.test(scope));
  if (unfit !== undefined) {
    throw new Failure(
      `the scope ${unfit} is not allowed: use printable ASCII without " and \\ (RFC 6749 §3.3)`,
      exitCodes.usage,
    );
  }
  refuseUnfit({ claims: {}, scopes });
  return scopes;
}

/**
 * Why typed scopes are refused; undefined if they are not. A scope token may contain a comma or a semicolon (RFC 6749
 * §3.3), but where scopes are space-separated text, one almost always separates two scopes.
 */
export function separatorFault(scopes: readonly string[]): string | undefined {
  const joined = scopes.find((scope) => /[,;]/.test(scope));
  if (joined === undefined) return undefined;
  const separate = scopes.flatMap((scope) => scope.split(/[,;]+/)).filter((scope) => scope !== '');
  const found = joined.includes(',') ? 'a comma' : 'a semicolon';
  return `the scope ${joined} contains ${found}: separate scopes with spaces, as in ${separate.join(' ')}`;
}

/** Claims from a JSON object. */
export function claimsOf(json: string): Record<string, unknown> {
  let claims: unknown;
  try {
    claims = JSON.parse(json);
  } catch {
    throw new Failure(`claims is not JSON: give an object such as '{"role": "admin"}'`, exitCodes.usage);
  }
  refuseUnfit({ claims, scopes: [] });
  const reserved = Object.keys(claims as object).filter((name) => reservedClaims.includes(name));
  if (reserved.length > 0) {
    throw new Failure(`the service sets ${reserved.join(', ')} itself: choose other names`, exitCodes.usage);
  }
  return claims as Record<string, unknown>;
}

function refuseUnfit(grant: { readonly claims: unknown; readonly scopes: unknown }): void {
  try {
    requireGrant(grant);
  } catch (error) {
    throw new Failure((error as Error).message, exitCodes.usage);
  }
}

/** Why the service would refuse a password too; undefined if it would not. */
export function passwordFaultOf(password: string, username: string): string | undefined {
  const fault = findPasswordFault(password, username, isCommonPassword);
  return fault === undefined ? undefined : passwordFaultText[fault];
}
