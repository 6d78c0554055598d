import type { Accounts } from './account-store.ts';
import { Refusal } from './errors.ts';
import { countReturning, countStranger, type GuessingTools } from './guessing.ts';
import { bestEffort, end, evictSurplus, listForHousekeeping, pruneTombstones } from './housekeeping.ts';
import type { TokenSet } from './issue.ts';
import { type OpenSessionTools, openSession, started } from './open-session.ts';
import { rememberNetwork } from './own-networks.ts';
import { genuineTokens } from './present.ts';
import { Refundable } from './refund.ts';
import { sessionExpiresAt } from './retention.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { settleAll } from './settle-all.ts';
import { countedName } from './username.ts';
import { type LoginAttempt, type Users, unknownSubject, wrongCredentials } from './users.ts';

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  readonly sourceIp: string;
  readonly deviceName?: string;
  readonly userAgent?: string;
  /**
   * Values that this device sends from earlier logins: refresh tokens, valid or not, and any other cookie values. One
   * genuine token identifies a known device; several identify nothing, because all but one may have been planted. Their
   * sessions end when the login succeeds, because the device keeps one token only.
   */
  readonly earlierTokens?: readonly string[];
}

export interface LoginTools extends GuessingTools, OpenSessionTools {
  readonly users: Users;
  readonly sessions: SessionStore;
  readonly accounts: Accounts;
  readonly maxSessionsPerUser: number;
}

/**
 * Opens a session for a username and password.
 *
 * @throws Refusal `invalid_grant`, identical for a wrong password, an unknown user and a disabled user; `slow_down`
 * @throws Unavailable
 */
export async function login(request: LoginRequest, tools: LoginTools): Promise<TokenSet> {
  // Read the clock before the account: hashing takes time, and a token must not outlive a revocation by more than its
  // TTL.
  const nowMs = tools.clock.nowMs();
  // Look up malformed usernames too, so that timing reveals nothing.
  const name = tools.users.nameOf(request.username);
  const username = countedName(request.username) ?? unknownSubject;
  const replaced = await genuineTokens(request.earlierTokens ?? [], tools.refreshTokens);
  const earlier = replaced.length === 1 ? replaced[0] : undefined;
  const found = tools.accounts.findSubject(name);
  const { sourceIp } = request;
  const stranger = { username, sourceIp, subject: found };
  const [counted, subject] = await settleAll([
    earlier ? countReturning({ ...earlier, sourceIp }, stranger, tools) : countStranger(stranger, tools),
    found,
  ]);
  const tries = [counted];
  // Another user's device does not count as known for this user.
  if (earlier && earlier.subject !== subject) tries.push(await countStranger(stranger, tools));

  const counts = new Refundable(tries);
  const onMatch = () => {
    counts.isRight = true;
  };
  const { username: typed, password } = request;
  const attempt = { username: name, typed, password, subject, nowMs, onMatch };
  // A refusal, such as of a disabled user, gets the response to a wrong password and is counted like one.
  return counts.settle(
    () => openFor(attempt, { request, nowMs, replaced, counts }, tools),
    (error) => error instanceof Refusal,
  );
}

interface Opening {
  readonly request: LoginRequest;
  readonly nowMs: number;
  /** The sessions of the device's earlier tokens. */
  readonly replaced: Awaited<ReturnType<typeof genuineTokens>>;
  readonly counts: Refundable;
}

/** Verifies the password and opens the session. */
async function openFor(
  attempt: LoginAttempt,
  { request, nowMs, replaced, counts }: Opening,
  tools: LoginTools,
): Promise<TokenSet> {
  const account = await tools.users.authenticate(attempt);
  if (account.status !== 'active') throw wrongCredentials('user_disabled', account.subject);

  const tokens = await openSession(account, request, nowMs, tools);
  // A cookie belongs to its browser. A token in the body ends only a session of this client: RFC 7009 §2.1.
  const owner = request.channel === 'body' ? { clientId: request.clientId } : {};
  const toEnd = replaced.map(({ subject, sessionId }) => ({ subject, sessionId, ...owner }));
  // Create the new session before ending the old ones: a failure in between leaves the device with a session.
  const [, listed = { sessions: [], tombstones: [] }] = await settleAll([
    tools.sessions.create(tokens.session, sessionExpiresAt(nowMs, tools.sessionPolicy)),
    bestEffort(() => listForHousekeeping(account.subject, tools)),
    counts.refund(),
    bestEffort(() => rememberNetwork(account, request.sourceIp, tools)),
  ]);
  // The login has succeeded. Housekeeping that the store cannot do now is left to the next login.
  const [ended = [], evicted = []] = await settleAll([
    bestEffort(() => end(toEnd, 'replaced', nowMs, tools)),
    bestEffort(() => evictSurplus(account, listed, [tokens.session, ...replaced], nowMs, tools)),
    bestEffort(() => pruneTombstones(account.subject, listed, nowMs, tools)),
  ]);
  await tools.events.publish([started(tokens.session), ...ended, ...evicted]);
  return tokens;
}
