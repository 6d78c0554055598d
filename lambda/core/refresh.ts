import { type AccessTokenPolicy, narrowScopes } from './access-token.ts';
import { type Account, accountAllows } from './account.ts';
import { invalidGrant, Unavailable } from './errors.ts';
import type { Events } from './events.ts';
import { requireGrantedScope } from './granted-scope.ts';
import { issueTokens, type TokenSet } from './issue.ts';
import { judge, type Outcome } from './outcome.ts';
import type { Accounts, Clock, Codec, Crypto, Random, RatchetKeys, SessionStore, Signer } from './ports.ts';
import { requirePresented } from './present.ts';
import { formatToken, hashSecret, type RefreshToken, successorOf } from './refresh-token.ts';
import type { Session, SessionPolicy } from './session.ts';
import { together } from './together.ts';

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
 * @throws Unavailable when nothing was decided; a retry within the grace window yields the same successor
 */
export async function refresh(request: RefreshRequest, tools: RefreshTools): Promise<Refreshed> {
  const presented = await requirePresented(request.refreshToken, tools);
  const key = await tools.ratchetKeys.current();
  if (request.scopes !== undefined) await requireGrantedScope(request.scopes, request, presented, tools);
  const nowMs = tools.clock.nowMs();

  const nonce = tools.random.bytes(32);
  const successor = successorOf(presented, key, nonce, tools);
  const rotation = {
    subject: presented.subject,
    sessionId: presented.sessionId,
    clientId: request.clientId,
    channel: request.channel,
    jkt: request.jkt,
    generation: presented.generation,
    presentedHash: hashSecret(presented.secret, tools),
    successorHash: hashSecret(successor.secret, tools),
    nonce: tools.codec.toBase64url(nonce),
    keyId: key.keyId,
    nowMs,
  };
  const [result, account] = await together([tools.sessions.rotate(rotation), tools.accounts.read(presented.subject)]);

  const outcome = judge(rotation, result, tools.sessionPolicy);
  if (outcome === undefined) throw new Unavailable('contradiction');
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
      const refreshToken = {
        text: await answerFor(
          outcome,
          request.refreshToken,
          presented,
          () => formatToken(successor, key, tools),
          tools,
        ),
        changed: outcome.row !== 'too_soon',
      };
      const tokens = await issueTokens(outcome.session, alive, scopes, refreshToken, nowMs, tools);
      return { ...tokens, row: outcome.row };
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
  presentedText: string,
  presented: RefreshToken,
  newSuccessor: () => string,
  tools: RefreshTools,
): Promise<string> {
  if (outcome.row === 'too_soon') return presentedText;
  if (outcome.row === 'retry') return repeatSuccessor(presented, outcome.session, tools);
  return newSuccessor();
}

/** The byte-identical successor that an earlier answer carried, from the nonce and key of that rotation. */
async function repeatSuccessor(presented: RefreshToken, session: Session, tools: RefreshTools): Promise<string> {
  const nonce = tools.codec.fromBase64url(session.nonce ?? '');
  if (session.keyId === undefined || nonce === undefined) throw new Unavailable('contradiction');
  const key = await tools.ratchetKeys.find(session.keyId);
  // A key that is gone says nothing about the client: never 'reuse'.
  if (key === undefined) throw new Unavailable('ratchet_key_gone');
  const successor = successorOf(presented, key, nonce, tools);
  if (hashSecret(successor.secret, tools) !== session.currentHash) throw new Unavailable('contradiction');
  return formatToken(successor, key, tools);
}
