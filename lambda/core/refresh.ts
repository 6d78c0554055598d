import { type AccessTokenPolicy, narrowScopes } from './access-token.ts';
import { type Account, accountAllows } from './account.ts';
import { Fault, invalidGrant, Unavailable } from './errors.ts';
import type { Events } from './events.ts';
import { requireGrantedScope } from './granted-scope.ts';
import { issueTokens, type TokenSet } from './issue.ts';
import { judge, type Outcome } from './outcome.ts';
import type {
  Accounts,
  Clock,
  Codec,
  Crypto,
  Random,
  RatchetKeys,
  Rotation,
  RotationResult,
  SessionStore,
  Signer,
} from './ports.ts';
import { requirePresented } from './present.ts';
import { formatToken, hashSecret, type RefreshToken, successorOf } from './refresh-token.ts';
import type { Session, SessionPolicy } from './session.ts';
import { settleAll } from './settle-all.ts';
import { noteUnanswered, takeNoteBack } from './unanswered.ts';

export interface RefreshRequest {
  readonly refreshToken: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  /** `undefined` asks for everything that was granted. */
  readonly scopes: readonly string[] | undefined;
  /** Thumbprint of the client key that the request proved possession of. */
  readonly jkt?: string;
}

export interface RefreshTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly ratchetKeys: RatchetKeys;
  readonly signer: Signer;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly events: Events;
  readonly sessionPolicy: SessionPolicy;
  readonly accessTokenPolicy: AccessTokenPolicy;
}

/** A refresh that succeeded: the tokens, and by which row of protocol.md §5. */
export type Refreshed = TokenSet & { readonly row: Outcome['row'] };

/**
 * One refresh (RFC 6749 §6) from start to end: protocol.md §5.
 *
 * @throws Refusal `invalid_grant`, which sounds the same whatever the reason
 * @throws Unavailable when nothing was decided; a retry yields the same successor
 * @throws Fault when a retry fails as well until somebody mends what is broken; then it yields the same successor
 */
export async function refresh(request: RefreshRequest, tools: RefreshTools): Promise<Refreshed> {
  const presented = await requirePresented(request.refreshToken, tools);
  const nowMs = tools.clock.nowMs();
  const presentedHash = hashSecret(presented.secret, tools);
  try {
    if (request.scopes !== undefined) await requireGrantedScope(request.scopes, request, presented, tools);
    return await rotateAndAnswer(request, presented, presentedHash, nowMs, tools);
  } catch (error) {
    await noteUnanswered(error, { ...presented, presentedHash, nowMs }, tools);
    throw error;
  }
}

async function rotateAndAnswer(
  request: RefreshRequest,
  presented: RefreshToken,
  presentedHash: string,
  nowMs: number,
  tools: RefreshTools,
): Promise<Refreshed> {
  // Keys that cannot be had are found before the write: nothing has happened then.
  const [key] = await settleAll([tools.ratchetKeys.current(), tools.signer.ready()]);
  const nonce = tools.random.bytes(32);
  const successor = successorOf(presented, key, nonce, tools);
  const rotation = {
    subject: presented.subject,
    sessionId: presented.sessionId,
    clientId: request.clientId,
    channel: request.channel,
    jkt: request.jkt,
    generation: presented.generation,
    presentedHash,
    successorHash: hashSecret(successor.secret, tools),
    nonce: tools.codec.toBase64url(nonce),
    keyId: key.keyId,
    nowMs,
  };
  const [result, account] = await settleAll([tools.sessions.rotate(rotation), tools.accounts.read(presented.subject)]);

  const newSuccessor = () => formatToken(successor, key, tools);
  return answer(result, { request, presented, rotation, account, newSuccessor }, tools);
}

/** One request, with what the parallel trip to the table has found. */
interface Asked {
  readonly request: RefreshRequest;
  readonly presented: RefreshToken;
  readonly rotation: Rotation;
  readonly account: Account | undefined;
  readonly newSuccessor: () => string;
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
      // Two parties hold copies of one token. Which of them is the thief cannot be told, so the session ends.
      await endReused(outcome.session, nowMs, tools);
      throw invalidGrant('token_reused', presented);
    case 'rotated':
    case 'own_write':
    case 'too_soon':
    case 'retry': {
      const alive = await requireAlive(outcome.session, account, nowMs, tools);
      const scopes = narrowScopes(outcome.session.scopes, alive.scopes, request.scopes);
      const refreshToken = { text: await answerFor(outcome, asked, tools), changed: outcome.row !== 'too_soon' };
      const tokens = await issueTokens(outcome.session, alive, scopes, refreshToken, nowMs, tools);
      const overtaken = await takeNoteBack(outcome, nowMs, tools);
      // Another request came between: what it left of the session is judged anew.
      return overtaken === undefined ? { ...tokens, row: outcome.row } : answer(overtaken, asked, tools);
    }
  }
}

async function endReused(session: Session, nowMs: number, tools: RefreshTools): Promise<void> {
  const { subject, sessionId, clientId, deviceName } = session;
  const { outcome } = await tools.sessions.revoke(subject, sessionId, 'reused', nowMs);
  // Whoever replays in parallel finds the tombstone: one reuse is told once.
  if (outcome !== 'revoked') return;
  await tools.events.publish([
    { type: 'RefreshTokenReused', subject, sessionId, clientId, ...(deviceName === undefined ? {} : { deviceName }) },
    { type: 'SessionRevoked', subject, sessionId, reason: 'reused' },
  ]);
}

/** The account has the last word: a rotation that it does not allow is taken back, and no token leaves. */
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

async function answerFor(
  outcome: Outcome & { session: Session },
  { request, presented, newSuccessor }: Asked,
  tools: RefreshTools,
): Promise<string> {
  if (outcome.row === 'too_soon') return request.refreshToken;
  if (outcome.row === 'retry') return repeatSuccessor(presented, outcome.session, tools);
  return newSuccessor();
}

/** The byte-identical successor that an earlier answer carried, from the nonce and key of that rotation. */
async function repeatSuccessor(presented: RefreshToken, session: Session, tools: RefreshTools): Promise<string> {
  const nonce = session.nonce === undefined ? undefined : tools.codec.fromBase64url(session.nonce);
  if (session.keyId === undefined || nonce === undefined) throw new Fault('item_broken', session);
  const key = await tools.ratchetKeys.find(session.keyId);
  // A key that is gone says nothing about the client: never 'reuse'.
  if (key === undefined) throw new Unavailable('ratchet_key_gone');
  const successor = successorOf(presented, key, nonce, tools);
  if (hashSecret(successor.secret, tools) !== session.currentHash) throw new Fault('successor_mismatch', session);
  return formatToken(successor, key, tools);
}
