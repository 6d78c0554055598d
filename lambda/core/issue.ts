import { type AccessTokenPolicy, buildClaims } from './access-token.ts';
import type { Account } from './account.ts';
import { findUnsignable } from './claims.ts';
import { Fault } from './errors.ts';
import type { Codec, Random, Signer } from './ports.ts';
import type { Session } from './session.ts';

/** What a successful login or refresh hands out. */
export interface TokenSet {
  readonly accessToken: string;
  readonly tokenType: 'Bearer' | 'DPoP';
  readonly expiresInSeconds: number;
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
  tools: Tools & { readonly accessTokenPolicy: AccessTokenPolicy },
): Promise<TokenSet> {
  // Written past the checks of the account: JSON would turn a set or binary into something else without a word.
  if (findUnsignable(account.claims) !== undefined) throw new Fault('claims_unsignable', session);
  const jti = tools.codec.toBase64url(tools.random.bytes(16));
  const claims = buildClaims(session, account, scopes, nowMs, jti, tools.accessTokenPolicy);
  return {
    accessToken: await tools.signer.sign(claims),
    tokenType: session.jkt === undefined ? 'Bearer' : 'DPoP',
    expiresInSeconds: tools.accessTokenPolicy.ttlSeconds,
    refreshToken: refreshToken.text,
    refreshTokenChanged: refreshToken.changed,
    scopes,
    session,
  };
}
