import { type AccessTokenPolicy, buildClaims } from './access-token.ts';
import type { Account } from './account.ts';
import { findUnsignable } from './claims.ts';
import { Fault } from './errors.ts';
import type { Codec, Random } from './ports.ts';
import { absoluteEnd, type Session, type SessionPolicy } from './session.ts';
import type { Signer } from './signing.ts';

/** An access token, and what the response says about it and its session. */
export interface AccessTokenSet {
  readonly accessToken: string;
  readonly tokenType: 'Bearer' | 'DPoP';
  readonly expiresInSeconds: number;
  /** Maximum remaining lifetime of the session, and how long the refresh token stays valid unused. */
  readonly authorizationExpiresInSeconds: number;
  readonly refreshTokenTimeoutSeconds: number;
  readonly scopes: readonly string[];
  readonly session: Session;
}

/** The result of a successful login or refresh. */
export interface TokenSet extends AccessTokenSet {
  readonly refreshToken: string;
  /** False when the client already has this refresh token: then no cookie is sent. */
  readonly refreshTokenChanged: boolean;
}

type Tools = { readonly random: Random; readonly codec: Codec; readonly signer: Signer };

/**
 * Signs an access token from the account's current claims.
 *
 * @throws Unavailable
 * @throws Fault `claims_unsignable`, `claims_too_large`, `signing_key_broken`
 */
export async function issueAccessToken(
  session: Session,
  account: Account,
  scopes: readonly string[],
  nowMs: number,
  tools: Tools & { readonly accessTokenPolicy: AccessTokenPolicy; readonly sessionPolicy: SessionPolicy },
): Promise<AccessTokenSet> {
  // Claims written without validation: JSON would silently change a set or binary data.
  if (findUnsignable(account.claims) !== undefined) throw new Fault('claims_unsignable', session);
  const jti = tools.codec.toBase64url(tools.random.bytes(16));
  const endMs = absoluteEnd(session, tools.sessionPolicy);
  const idleEndMs = Math.min(endMs, session.rotatedAt + tools.sessionPolicy.idleMs);
  const claims = buildClaims(session, account, scopes, { nowMs, endMs }, jti, tools.accessTokenPolicy);
  return {
    accessToken: await tools.signer.sign(claims),
    tokenType: session.jkt === undefined ? 'Bearer' : 'DPoP',
    expiresInSeconds: claims.exp - claims.iat,
    authorizationExpiresInSeconds: secondsUntil(endMs, nowMs),
    refreshTokenTimeoutSeconds: secondsUntil(idleEndMs, nowMs),
    scopes,
    session,
  };
}

/** Rounded down, so that a client does not expect more. */
const secondsUntil = (endMs: number, nowMs: number) => Math.max(0, Math.floor((endMs - nowMs) / 1000));
