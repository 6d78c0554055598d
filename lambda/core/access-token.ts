import type { Account } from './account.ts';
import type { Session } from './session.ts';

/** Claims of an access token: RFC 9068 §2.2, RFC 7519. Times are epoch seconds. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly sid: string;
  readonly scope: string;
  /** When the user last proved the password: the login, never a refresh. */
  readonly auth_time: number;
  readonly [claim: string]: unknown;
}

/** Settings shared by all access tokens of a deployment. */
export interface AccessTokenPolicy {
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds: number;
}

/** Maximum length of an access token in characters: the gateway accepts 10,240 bytes of headers in total. */
export const maxAccessTokenLength = 8192;

/** Reserved names that the account's claims cannot override. */
export const reservedClaims: readonly string[] = 'iss aud sub client_id iat nbf exp jti sid scope auth_time cnf'.split(
  ' ',
);

/**
 * Builds the claims from the current account, so that a change of permissions takes effect at the next refresh.
 *
 * @param times epoch milliseconds: now, and the end of the session, which the token does not outlive
 */
export function buildClaims(
  session: Session,
  account: Account,
  scopes: readonly string[],
  { nowMs, endMs }: { readonly nowMs: number; readonly endMs: number },
  jti: string,
  policy: AccessTokenPolicy,
): AccessTokenClaims {
  const iat = Math.floor(nowMs / 1000);
  const own = Object.entries(account.claims).filter(([name]) => !reservedClaims.includes(name));
  return {
    ...Object.fromEntries(own),
    iss: policy.issuer,
    aud: policy.audience,
    sub: session.subject,
    client_id: session.clientId,
    iat,
    exp: Math.min(iat + policy.ttlSeconds, Math.ceil(endMs / 1000)),
    jti,
    sid: session.sessionId,
    scope: scopes.join(' '),
    auth_time: Math.floor(session.createdAt / 1000),
    ...(session.jkt === undefined ? {} : { cnf: { jkt: session.jkt } }),
  };
}

/** Granted ∩ current ∩ requested, in the granted order. No requested scopes means all: RFC 6749 §6. */
export function narrowScopes(
  granted: readonly string[],
  present: readonly string[],
  requested: readonly string[] | undefined,
): string[] {
  return granted.filter((scope) => present.includes(scope) && (requested?.includes(scope) ?? true));
}

/** Whether a verified payload has every required claim with the right type: RFC 9068 §2.2. */
export function claimsAreComplete(payload: Readonly<Record<string, unknown>>): boolean {
  const texts = [payload.iss, payload.aud, payload.sub, payload.client_id, payload.jti, payload.sid];
  const times = [payload.iat, payload.exp, payload.auth_time];
  return (
    texts.every((claim) => typeof claim === 'string' && claim !== '') &&
    times.every(Number.isSafeInteger) &&
    typeof payload.scope === 'string'
  );
}

/** Three segments in the base64url alphabet, without padding (RFC 7515 §7.1). */
const compactForm = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * Whether a text is in the canonical form of an access token: three canonical base64url segments within the size limit.
 * Libraries accept white space and spare bits (RFC 7515 §5.2 does not), so two texts would pass as one token.
 */
export function looksLikeAccessToken(text: string): boolean {
  if (text.length > maxAccessTokenLength) return false;
  const [, ...segments] = compactForm.exec(text) ?? [];
  return segments.length === 3 && segments.every(hasNoSpareBits);
}

/**
 * Whether a segment encodes whole bytes and its last character has no bits beyond them (RFC 4648 §3.5). Decoding and
 * encoding it again shows the same, and takes several times as long.
 */
function hasNoSpareBits(segment: string): boolean {
  const last = segment.charAt(segment.length - 1);
  switch (segment.length % 4) {
    case 0:
      return true;
    case 2:
      return 'AQgw'.includes(last);
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last);
    default:
      return false;
  }
}
