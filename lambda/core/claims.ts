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
export function findUnsignable(claims: unknown): string | undefined {
  return findUnfit(claims, isJsonScalar, () => true);
}

/** The same for a claim that the table cannot keep, or that verifiers drop from a token. */
function findUnstorable(claims: unknown): string | undefined {
  return findUnfit(claims, isStorable, isClaimName);
}

function findUnfit(
  value: unknown,
  isFit: (scalar: unknown) => boolean,
  isName: (name: string) => boolean,
  path: readonly string[] = [],
): string | undefined {
  if (isFit(value)) return undefined;
  const at = path.join('.') || 'claims';
  if (typeof value !== 'object' || value === null || path.length >= maxDepth || !isJsonContainer(value)) return at;
  for (const [name, member] of Object.entries(value)) {
    const inside = [...path, name];
    if (!isName(name)) return inside.map((each) => each.toWellFormed() || '""').join('.');
    const found = findUnfit(member, isFit, isName, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** DynamoDB allows 32 levels of nesting, including the item itself and its `claims`. */
const maxDepth = 30;

/** Smallest positive number of DynamoDB. */
const minMagnitude = 1e-130;

function isJsonScalar(value: unknown): boolean {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return value === null || typeof value === 'boolean' || (typeof value === 'string' && value.isWellFormed());
}

function isStorable(value: unknown): boolean {
  return isJsonScalar(value) && (typeof value !== 'number' || value === 0 || Math.abs(value) >= minMagnitude);
}

/** Libraries that parse tokens remove `__proto__` and `constructor`, because JavaScript gives them a meaning. */
function isClaimName(name: string): boolean {
  return name.isWellFormed() && !['', '__proto__', 'constructor'].includes(name);
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
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return 'claims is not a JSON object';
  const unsignable = findUnsignable(claims);
  if (unsignable !== undefined) return `claim ${unsignable} is not a JSON value, or is an integer beyond 2^53 - 1`;
  const unstorable = findUnstorable(claims);
  if (unstorable !== undefined) {
    return `claim ${unstorable} is a number closer to 0 than 1e-130, or has a name that the table or a verifier does not keep: an empty one, __proto__, constructor, or one with an unpaired surrogate`;
  }
  const bytes = utf8Length(JSON.stringify(claims));
  return bytes > maxClaimsBytes ? `claims has ${bytes} bytes as JSON; the limit is ${maxClaimsBytes}` : undefined;
}

function scopesFault(scopes: unknown): string | undefined {
  if (!Array.isArray(scopes)) return 'scopes is not a list';
  const fit = scopes.every((scope) => typeof scope === 'string' && scopePattern.test(scope));
  if (!fit) return 'scopes holds something other than scope tokens (RFC 6749 §3.3)';
  return scopes.join(' ').length > maxScopesLength ? `scopes has more than ${maxScopesLength} characters` : undefined;
}

/** Length of well-formed text in UTF-8, bytes. */
export function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%../g, 'x').length;
}
