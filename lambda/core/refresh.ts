import { type AccessTokenPolicy, narrowScopes } from './access-token.ts';
import { type Account, accountAllows } from './account.ts';
import type { Accounts } from './account-store.ts';
import { invalidGrant, Unavailable } from './errors.ts';
import type { Events } from './events.ts';
import { requireGrantedScope } from './granted-scope.ts';
import { issueAccessToken, type TokenSet } from './issue.ts';
import { judge, type Outcome } from './outcome.ts';
import type { Clock, Codec, Random } from './ports.ts';
import { requirePresented } from './present.ts';
import type { PresentedToken, RefreshTokens, Successor } from './refresh-tokens.ts';
import { boundsAt, type Rotation } from './rotation.ts';
import type { Session, SessionPolicy } from './session.ts';
import type { RotationResult, SessionStore } from './session-store.ts';
import { settleAll } from './settle-all.ts';
import type { Signer } from './signing.ts';
import { noteUnanswered, takeNoteBack } from './unanswered.ts';

export interface RefreshRequest {
  readonly refreshToken: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  /** `undefined` requests all granted scopes. */
  readonly scopes: readonly string[] | undefined;
  /** Thumbprint of the client key that the request proved possession of. */
  readonly jkt?: string;
}

export interface RefreshTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly codec: Codec;
  readonly refreshTokens: RefreshTokens;
  readonly signer: Signer;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly events: Events;
  readonly sessionPolicy: SessionPolicy;
  readonly accessTokenPolicy: AccessTokenPolicy;
}

/** A successful refresh: the tokens, and the outcome. */
export type Refreshed = TokenSet & { readonly row: Outcome['row'] };

/**
 * One refresh (RFC 6749 §6): protocol.md, "One refresh".
 *
 * @throws Refusal `invalid_grant`, identical for every reason
 * @throws Unavailable when nothing was decided; a retry yields the same successor
 * @throws Fault when retries fail until an operator fixes the cause; after that, a retry yields the same successor
 */
export async function refresh(request: RefreshRequest, tools: RefreshTools): Promise<Refreshed> {
  const presented = await requirePresented(request.refreshToken, tools.refreshTokens);
  const nowMs = tools.clock.nowMs();
  try {
    if (request.scopes !== undefined) await requireGrantedScope(request.scopes, request, presented, tools);
    return await rotateAndAnswer(request, presented, nowMs, tools);
  } catch (error) {
    const { subject, sessionId, generation, hash: presentedHash } = presented;
    const excusedSince = nowMs - tools.sessionPolicy.graceMs;
    await noteUnanswered(error, { subject, sessionId, generation, presentedHash, excusedSince }, tools);
    throw error;
  }
}

async function rotateAndAnswer(
  request: RefreshRequest,
  presented: PresentedToken,
  nowMs: number,
  tools: RefreshTools,
): Promise<Refreshed> {
  // Load the keys before the write: if they are unavailable, nothing has changed.
  const [successor] = await settleAll([tools.refreshTokens.next(presented), tools.signer.ready()]);
  const rotation = {
    subject: presented.subject,
    sessionId: presented.sessionId,
    clientId: request.clientId,
    channel: request.channel,
    jkt: request.jkt,
    generation: presented.generation,
    presentedHash: presented.hash,
    successorHash: successor.hash,
    nonce: successor.nonce,
    keyId: successor.keyId,
    nowMs,
    bounds: boundsAt(nowMs, tools.sessionPolicy),
  };
  const [result, account] = await settleAll([tools.sessions.rotate(rotation), tools.accounts.read(presented.subject)]);
  return answer(result, { request, presented, successor, rotation, account }, tools);
}

/** One request, with the results of the parallel requests to the table. */
interface Asked {
  readonly request: RefreshRequest;
  readonly presented: PresentedToken;
  readonly successor: Successor;
  readonly rotation: Rotation;
  readonly account: Account | undefined;
}

async function answer(result: RotationResult, asked: Asked, tools: RefreshTools): Promise<Refreshed> {
  const { request, presented, rotation, account } = asked;
  const { nowMs } = rotation;
  const outcome = judge(rotation, result, tools.sessionPolicy);
  if (outcome === undefined) throw new Unavailable('condition_unexplained');
  switch (outcome.row) {
    case 'dead':
    case 'impossible':
      throw invalidGrant(outcome.reason, presented);
    case 'reuse':
      // Two parties hold copies of one token. Which one is the thief is unknown, so the session ends.
      await endReused(outcome.session, nowMs, tools);
      throw invalidGrant('token_reused', presented);
    case 'rotated':
    case 'own_write':
    case 'too_soon':
    case 'retry': {
      const alive = await requireAlive(outcome.session, account, nowMs, tools);
      const scopes = narrowScopes(outcome.session.scopes, alive.scopes, request.scopes);
      const refreshToken = await refreshTokenFor(outcome, asked, tools);
      const accessToken = await issueAccessToken(outcome.session, alive, scopes, nowMs, tools);
      const overtaken = await takeNoteBack(outcome, nowMs, tools);
      // Another request changed the session in between: evaluate its new state.
      if (overtaken !== undefined) return answer(overtaken, asked, tools);
      const refreshTokenChanged = outcome.row !== 'too_soon';
      return { ...accessToken, refreshToken, refreshTokenChanged, row: outcome.row };
    }
  }
}

async function endReused(session: Session, nowMs: number, tools: RefreshTools): Promise<void> {
  const { subject, sessionId, clientId, deviceName } = session;
  const { outcome } = await tools.sessions.revoke(subject, sessionId, 'reused', nowMs);
  // A parallel replay finds the tombstone, so a reuse is published once.
  if (outcome !== 'revoked') return;
  await tools.events.publish([
    { type: 'RefreshTokenReused', subject, sessionId, clientId, ...(deviceName === undefined ? {} : { deviceName }) },
    { type: 'SessionRevoked', subject, sessionId, reason: 'reused' },
  ]);
}

/** The account is authoritative: a rotation that it does not allow is revoked, and no token is released. */
async function requireAlive(
  session: Session,
  account: Account | undefined,
  nowMs: number,
  tools: RefreshTools,
): Promise<Account> {
  if (accountAllows(account, session)) return account;
  await tools.sessions.revoke(session.subject, session.sessionId, 'account_dead', nowMs, { epoch: session.epoch });
  throw invalidGrant('account_dead', session);
}

async function refreshTokenFor(
  outcome: Outcome & { session: Session },
  { presented, successor }: Asked,
  tools: RefreshTools,
): Promise<string> {
  if (outcome.row === 'too_soon') return presented.text;
  if (outcome.row === 'retry') return tools.refreshTokens.repeat(presented, outcome.session);
  return successor.text;
}
