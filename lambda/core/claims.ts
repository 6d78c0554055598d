/**
 * Maximum size of a user's claims as UTF-8 JSON, in bytes, so that a token stays below the limits of verifiers and the
 * gateway.
 */
export const maxClaimsBytes = 4096;

/** Maximum length of a user's space-separated scopes, in characters. */
export const maxScopesLength = 200;

/** RFC 6749 §3.3 */
const scopePattern = /^[!#-[\]-~]+$/;

/**
 * The first claim that a token cannot carry, or `undefined`: a JSON value (RFC 7519 §4) holds neither sets nor binary
 * data, and an integer beyond 2^53 - 1 reaches a client as another number (RFC 8259 §6).
 *
 * @returns the path of that claim, such as `roles.0`
 */
export function findUnsignable(value: unknown, path: readonly string[] = []): string | undefined {
  if (isJsonScalar(value)) return undefined;
  if (typeof value !== 'object' || value === null || path.length >= maxDepth || !isJsonContainer(value)) {
    return path.join('.') || 'claims';
  }
  for (const [name, member] of Object.entries(value)) {
    const found = findUnsignable(member, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** DynamoDB allows 32 levels of nesting, including the item itself and its `claims`. */
const maxDepth = 30;

function isJsonScalar(value: unknown): boolean {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return value === null || typeof value === 'boolean' || (typeof value === 'string' && value.isWellFormed());
}

function isJsonContainer(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** Claims or scopes that no token can carry. The message names the claim, never its value. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused';
}

/**
 * Validates claims and scopes when they are set, so that an account never has values that its tokens cannot carry.
 *
 * @throws GrantRefused
 */
export function requireGrant({ claims, scopes }: { readonly claims: unknown; readonly scopes: unknown }): void {
  const fault = claimsFault(claims) ?? scopesFault(scopes);
  if (fault !== undefined) throw new GrantRefused(fault);
}

function claimsFault(claims: unknown): string | undefined {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return 'claims is not an object';
  const path = findUnsignable(claims);
  if (path !== undefined) return `claim ${path} is not a JSON value, or is an integer beyond 2^53 - 1`;
  const bytes = utf8Length(JSON.stringify(claims));
  return bytes > maxClaimsBytes ? `claims has ${bytes} bytes as JSON; at most ${maxClaimsBytes} are taken` : undefined;
}

function scopesFault(scopes: unknown): string | undefined {
  if (!Array.isArray(scopes)) return 'scopes is not a list';
  const fit = scopes.every((scope) => typeof scope === 'string' && scopePattern.test(scope));
  if (!fit) return 'scopes holds something other than scope tokens (RFC 6749 §3.3)';
  return scopes.join(' ').length > maxScopesLength ? `scopes has more than ${maxScopesLength} characters` : undefined;
}

function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%../g, 'x').length;
}
