import type { AccessTokenPolicy } from './access-token.ts';
import { type Account, accountAllows } from './account.ts';
import { Refusal, Unavailable } from './errors.ts';
import { issueTokens, type TokenSet } from './issue.ts';
import type { Accounts, Clock, Codec, Crypto, Passwords, Random, RatchetKeys, SessionStore, Signer } from './ports.ts';
import { readPresented } from './present.ts';
import { formatToken, hashSecret } from './refresh-token.ts';
import { deadBecause, type Session, type SessionPolicy } from './session.ts';
import { normaliseUsername } from './username.ts';

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  readonly deviceName?: string;
  readonly userAgent?: string;
  /** The refresh token of the cookie that this login replaces. */
  readonly replacedToken?: string;
}

export interface LoginTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly ratchetKeys: RatchetKeys;
  readonly signer: Signer;
  readonly passwords: Passwords;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly sessionPolicy: SessionPolicy;
  readonly accessTokenPolicy: AccessTokenPolicy;
  readonly maxSessionsPerUser: number;
}

/** No account has it: looked up for unknown users, so that they cost what known ones cost. */
const nobody = '-';

/**
 * Opens a session for a username and password.
 *
 * @throws Refusal `invalid_grant`, one answer for a wrong password, an unknown and a disabled user
 * @throws Unavailable
 */
export async function login(request: LoginRequest, tools: LoginTools): Promise<TokenSet> {
  const username = normaliseUsername(request.username);
  const subject = await tools.accounts.findSubject(username ?? nobody);
  // Password hash and epoch in one consistent read: a login that overlaps a password change opens a dead session.
  const { account, sessions } = await tools.accounts.readWithSessions(subject ?? nobody);
  const passwordFits = await tools.passwords.verify(request.password, account?.passwordHash);
  if (account === undefined) throw refused('user_unknown');
  if (!passwordFits) throw refused('password_wrong');
  if (account.status !== 'active') throw refused('user_disabled');

  const nowMs = tools.clock.nowMs();
  const opened = await openSession(request, account, nowMs, tools);
  // Signed before the session is stored: a signer that is down leaves nothing behind.
  const text = { text: opened.refreshToken, changed: true };
  const tokens = await issueTokens(opened.session, account, account.scopes, text, nowMs, tools);
  const [, replacedId] = await Promise.all([
    tools.sessions.create(opened.session),
    request.replacedToken === undefined ? undefined : endReplaced(request.replacedToken, nowMs, tools),
  ]);
  const others = sessions.filter(({ sessionId }) => sessionId !== replacedId);
  await bestEffort(() => evictSurplus(account, others, nowMs, tools));
  await bestEffort(() => rehashIfDue(request.password, account, tools));
  return tokens;
}

/** The login has happened: what is housekeeping waits for the next one when the store cannot do it now. */
async function bestEffort(housekeeping: () => Promise<void>): Promise<void> {
  try {
    await housekeeping();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
  }
}

function refused(reason: 'user_unknown' | 'password_wrong' | 'user_disabled'): Refusal {
  return new Refusal('invalid_grant', reason, 'The username or the password is wrong.');
}

async function openSession(request: LoginRequest, account: Account, nowMs: number, tools: LoginTools) {
  const key = await tools.ratchetKeys.current();
  const secret = tools.random.bytes(32);
  const sessionId = tools.codec.toBase64url(tools.random.bytes(16));
  const session: Session = {
    subject: account.subject,
    sessionId,
    generation: 0,
    currentHash: hashSecret(secret, tools),
    epoch: account.epoch,
    scopes: account.scopes,
    status: 'active',
    clientId: request.clientId,
    channel: request.channel,
    createdAt: nowMs,
    rotatedAt: nowMs,
    absoluteExpiry: nowMs + tools.sessionPolicy.absoluteMs,
    ...(request.deviceName === undefined ? {} : { deviceName: request.deviceName }),
    ...(request.userAgent === undefined ? {} : { userAgent: request.userAgent }),
  };
  const token = { keyId: key.keyId, subject: account.subject, sessionId, generation: 0, secret };
  return { session, refreshToken: formatToken(token, key, tools) };
}

/** A browser holds one cookie: the session that it loses must not stay open unseen (session fixation). */
async function endReplaced(tokenText: string, nowMs: number, tools: LoginTools): Promise<string | undefined> {
  const presented = await readPresented(tokenText, tools);
  if ('refused' in presented) return undefined;
  const { subject, sessionId } = presented.token;
  await tools.sessions.revoke(subject, sessionId, 'replaced', nowMs);
  return sessionId;
}

/** Ends the least recently used sessions over the cap; one that was used since it was read stays. */
async function evictSurplus(account: Account, sessions: readonly Session[], nowMs: number, tools: LoginTools) {
  const live = sessions.filter(
    (session) => deadBecause(session, nowMs, tools.sessionPolicy) === undefined && accountAllows(account, session),
  );
  const surplus = Math.max(0, live.length + 1 - tools.maxSessionsPerUser);
  const oldest = live.toSorted((a, b) => a.rotatedAt - b.rotatedAt).slice(0, surplus);
  await Promise.all(
    oldest.map(({ subject, sessionId, rotatedAt }) =>
      tools.sessions.revoke(subject, sessionId, 'evicted', nowMs, { rotatedAt }),
    ),
  );
}

/** Moves an old hash to today's parameters. */
async function rehashIfDue(password: string, account: Account, tools: LoginTools): Promise<void> {
  if (!tools.passwords.needsRehash(account.passwordHash)) return;
  await tools.accounts.rehash(account.subject, account.passwordHash, await tools.passwords.hash(password));
}
