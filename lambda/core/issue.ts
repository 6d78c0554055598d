import { type AccessTokenPolicy, buildClaims } from './access-token.ts';
import type { Account } from './account.ts';
import { findUnsignable } from './claims.ts';
import { Fault } from './errors.ts';
import type { Codec, Random, Signer } from './ports.ts';
import { absoluteEnd, type Session, type SessionPolicy } from './session.ts';

/** What a successful login or refresh hands out. */
export interface TokenSet {
  readonly accessToken: string;
  readonly tokenType: 'Bearer' | 'DPoP';
  readonly expiresInSeconds: number;
  /** How long the session lives at most, and how long the refresh token stays valid unused. */
  readonly authorizationExpiresInSeconds: number;
  readonly refreshTokenTimeoutSeconds: number;
  readonly refreshToken: string;
  /** False when the client holds this very refresh token already: then no cookie is sent. */
  readonly refreshTokenChanged: boolean;
  readonly scopes: readonly string[];
  readonly session: Session;
}

type Tools = { readonly random: Random; readonly codec: Codec; readonly signer: Signer };

/**
 * Signs an access token from the account's present claims.
 *
 * @throws Unavailable
 * @throws Fault `claims_unsignable`, `claims_too_large`, `signing_key_broken`
 */
export async function issueTokens(
  session: Session,
  account: Account,
  scopes: readonly string[],
  refreshToken: { readonly text: string; readonly changed: boolean },
  nowMs: number,
  tools: Tools & { readonly accessTokenPolicy: AccessTokenPolicy; readonly sessionPolicy: SessionPolicy },
): Promise<TokenSet> {
  // Written past the checks of the account: JSON would turn a set or binary into something else without a word.
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
    refreshToken: refreshToken.text,
    refreshTokenChanged: refreshToken.changed,
    scopes,
    session,
  };
}

/** Rounded down: a client must not count on more. */
const secondsUntil = (endMs: number, nowMs: number) => Math.max(0, Math.floor((endMs - nowMs) / 1000));
