import type { AccessTokenPolicy } from './access-token.ts';
import { type Account, accountAllows } from './account.ts';
import { Unavailable } from './errors.ts';
import type { DomainEvent } from './events.ts';
import { issueTokens, type TokenSet } from './issue.ts';
import type { Accounts, Random, RatchetKeys, RevokedReason, SessionStore, Signer } from './ports.ts';
import { readPresented } from './present.ts';
import { formatToken, hashSecret, type RefreshToken } from './refresh-token.ts';
import { deadBecause, type Session, type SessionPolicy } from './session.ts';
import { countAccountTry, countAddressTry, forgetTries, type ThrottleTools, type Trying } from './throttle.ts';
import { together } from './together.ts';
import { normaliseUsername } from './username.ts';
import { type Known, nobody, type Users, wrongCredentials } from './users.ts';

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  readonly sourceIp: string;
  readonly deviceName?: string;
  readonly userAgent?: string;
  /**
   * A refresh token that this device has from an earlier login, dead or alive: it shows that the device is known. Its
   * session ends when the login succeeds, for the device keeps one token only.
   */
  readonly earlierToken?: string;
}

export interface LoginTools extends ThrottleTools {
  readonly random: Random;
  readonly ratchetKeys: RatchetKeys;
  readonly signer: Signer;
  readonly users: Users;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly sessionPolicy: SessionPolicy;
  readonly accessTokenPolicy: AccessTokenPolicy;
  readonly maxSessionsPerUser: number;
}

/**
 * Opens a session for a username and password.
 *
 * @throws Refusal `invalid_grant`, one answer for a wrong password, an unknown and a disabled user; `slow_down`
 * @throws Unavailable
 */
export async function login(request: LoginRequest, tools: LoginTools): Promise<TokenSet> {
  // What is no username at all is looked up all the same, so that it costs what any other costs.
  const username = normaliseUsername(request.username) ?? nobody;
  const earlier = await readEarlier(request.earlierToken, tools);
  const found = tools.accounts.findSubject(username);
  const trying: Trying = earlier ? { kind: 'device', ...earlier } : { kind: 'user', username, subject: found };
  const [tries, subject] = await together([
    countAccountTry(trying, request.sourceIp, tools),
    found,
    countAddressTry(request.sourceIp, tools),
  ]);
  // Another user's device is no excuse for this one.
  if (earlier && earlier.subject !== subject)
    await countAccountTry({ kind: 'user', username, subject: found }, request.sourceIp, tools);

  const known = await tools.users.authenticate({ username, password: request.password, subject });
  if (known.account.status !== 'active') throw wrongCredentials('user_disabled', known.account.subject);

  const nowMs = tools.clock.nowMs();
  const opened = await openSession(request, known.account, nowMs, tools);
  // Signed before the session is stored: a signer that is down leaves nothing behind.
  const text = { text: opened.refreshToken, changed: true };
  const tokens = await issueTokens(opened.session, known.account, known.account.scopes, text, nowMs, tools);
  const [replaced] = await together([
    earlier === undefined ? [] : end([earlier], 'replaced', nowMs, tools),
    tools.sessions.create(opened.session),
  ]);
  // The login has happened. Housekeeping waits for the next one where the store cannot do it now.
  const [evicted = []] = await together([
    bestEffort(() => evictSurplus(known, earlier?.sessionId, nowMs, tools)),
    bestEffort(() => forgetTries(trying, tries, tools)),
  ]);
  await tools.events.publish([started(opened.session), ...replaced, ...evicted]);
  return tokens;
}

async function bestEffort<T>(housekeeping: () => Promise<T>): Promise<T | undefined> {
  try {
    return await housekeeping();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return undefined;
  }
}

async function readEarlier(text: string | undefined, tools: LoginTools): Promise<RefreshToken | undefined> {
  if (text === undefined) return undefined;
  const presented = await readPresented(text, tools);
  return 'refused' in presented ? undefined : presented.token;
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

/** Ends the least recently used sessions over the cap; one that was used since it was read stays. */
async function evictSurplus(
  { account, sessions }: Known,
  replacedId: string | undefined,
  nowMs: number,
  tools: LoginTools,
): Promise<DomainEvent[]> {
  const live = sessions.filter(
    (session) =>
      session.sessionId !== replacedId &&
      deadBecause(session, nowMs, tools.sessionPolicy) === undefined &&
      accountAllows(account, session),
  );
  const surplus = Math.max(0, live.length + 1 - tools.maxSessionsPerUser);
  const oldest = live.toSorted((a, b) => a.rotatedAt - b.rotatedAt).slice(0, surplus);
  return end(oldest, 'evicted', nowMs, tools);
}

/** Leaves tombstones, and tells of those that it left. */
async function end(
  sessions: readonly { subject: string; sessionId: string; rotatedAt?: number }[],
  reason: RevokedReason,
  nowMs: number,
  tools: LoginTools,
): Promise<DomainEvent[]> {
  const results = await together(
    sessions.map(async ({ subject, sessionId, rotatedAt }) => {
      const conditions = rotatedAt === undefined ? {} : { rotatedAt };
      const { outcome } = await tools.sessions.revoke(subject, sessionId, reason, nowMs, conditions);
      return outcome === 'revoked' ? [{ type: 'SessionRevoked', subject, sessionId, reason } as const] : [];
    }),
  );
  return results.flat();
}

function started({ subject, sessionId, clientId, deviceName }: Session): DomainEvent {
  return { type: 'SessionStarted', subject, sessionId, clientId, ...(deviceName === undefined ? {} : { deviceName }) };
}
