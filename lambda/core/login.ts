import { countKnownDevice, countStranger, type GuessingTools } from './guessing.ts';
import { bestEffort, end, evictSurplus, listForHousekeeping, pruneTombstones } from './housekeeping.ts';
import type { TokenSet } from './issue.ts';
import { type OpenSessionTools, openSession, started } from './open-session.ts';
import { rememberNetwork } from './own-networks.ts';
import type { Accounts, SessionStore } from './ports.ts';
import { genuineTokens } from './present.ts';
import type { Session } from './session.ts';
import { settleAll } from './settle-all.ts';
import { countedName } from './username.ts';
import { type Users, unknownSubject, wrongCredentials } from './users.ts';

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly channel: Session['channel'];
  readonly sourceIp: string;
  readonly deviceName?: string;
  readonly userAgent?: string;
  /**
   * What this device has from earlier logins: refresh tokens, dead or alive, and whatever else its cookies hold. One
   * genuine token shows that the device is known; several show nothing, as any but one may have been planted. Their
   * sessions end when the login succeeds, for the device keeps one token only.
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
 * @throws Refusal `invalid_grant`, one answer for a wrong password, an unknown and a disabled user; `slow_down`
 * @throws Unavailable
 */
export async function login(request: LoginRequest, tools: LoginTools): Promise<TokenSet> {
  // Read before the account is: hashing takes time, and a token must not outlive a revocation by more than its TTL.
  const nowMs = tools.clock.nowMs();
  // Look up malformed usernames too, so that timing reveals nothing.
  const name = tools.users.nameOf(request.username);
  const username = countedName(request.username) ?? unknownSubject;
  const replaced = (await genuineTokens(request.earlierTokens ?? [], tools)).map(({ token }) => token);
  const earlier = replaced.length === 1 ? replaced[0] : undefined;
  const found = tools.accounts.findSubject(name);
  const { sourceIp } = request;
  const stranger = { username, sourceIp, subject: found };
  const [counted, subject] = await settleAll([
    earlier ? countKnownDevice({ ...earlier, sourceIp }, tools) : countStranger(stranger, tools),
    found,
  ]);
  const tries = [counted];
  // Another user's device is no excuse for this one.
  if (earlier && earlier.subject !== subject) tries.push(await countStranger(stranger, tools));

  const account = await tools.users.authenticate({ username: name, password: request.password, subject });
  if (account.status !== 'active') throw wrongCredentials('user_disabled', account.subject);

  const tokens = await openSession(account, request, nowMs, tools);
  // A cookie goes with its browser. A token in the body ends a session of this client alone: RFC 7009 §2.1.
  const owner = request.channel === 'body' ? { clientId: request.clientId } : {};
  const toEnd = replaced.map(({ subject, sessionId }) => ({ subject, sessionId, ...owner }));
  // First the new session, then the end of those that it replaces: a failure in between never leaves the device with none.
  const [, listed = { sessions: [], tombstones: [] }] = await settleAll([
    tools.sessions.create(tokens.session),
    bestEffort(() => listForHousekeeping(account.subject, tools)),
    ...tries.map((each) => each.forgive()),
    bestEffort(() => rememberNetwork(account, sourceIp, tools)),
  ]);
  // The login has happened. Housekeeping waits for the next one where the store cannot do it now.
  const [ended = [], evicted = []] = await settleAll([
    bestEffort(() => end(toEnd, 'replaced', nowMs, tools)),
    bestEffort(() => evictSurplus(account, listed, [tokens.session, ...replaced], nowMs, tools)),
    bestEffort(() => pruneTombstones(account.subject, listed, nowMs, tools)),
  ]);
  await tools.events.publish([started(tokens.session), ...ended, ...evicted]);
  return tokens;
}
