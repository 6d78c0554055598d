import { bestEffort, end, evictSurplus, listForHousekeeping, pruneTombstones } from './housekeeping.ts';
import type { TokenSet } from './issue.ts';
import { type OpenSessionTools, openSession, started } from './open-session.ts';
import type { Accounts, SessionStore } from './ports.ts';
import { readPresented } from './present.ts';
import type { RefreshToken } from './refresh-token.ts';
import type { Session } from './session.ts';
import { countAccountTry, countAddressTry, forgetTries, type ThrottleTools, type Trying } from './throttle.ts';
import { together } from './together.ts';
import { normaliseUsername } from './username.ts';
import { nobody, type Users, wrongCredentials } from './users.ts';

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

export interface LoginTools extends ThrottleTools, OpenSessionTools {
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

  const account = await tools.users.authenticate({ username, password: request.password, subject });
  if (account.status !== 'active') throw wrongCredentials('user_disabled', account.subject);

  const nowMs = tools.clock.nowMs();
  const tokens = await openSession(account, request, nowMs, tools);
  const [replaced, listed = { sessions: [], tombstones: [] }] = await together([
    earlier === undefined ? [] : end([earlier], 'replaced', nowMs, tools),
    bestEffort(() => listForHousekeeping(account.subject, tools)),
    tools.sessions.create(tokens.session),
  ]);
  // The login has happened. Housekeeping waits for the next one where the store cannot do it now.
  const [evicted = []] = await together([
    bestEffort(() => evictSurplus(account, listed, [tokens.session.sessionId, earlier?.sessionId], nowMs, tools)),
    bestEffort(() => forgetTries(trying, tries, tools)),
    bestEffort(() => pruneTombstones(account.subject, listed, nowMs, tools)),
  ]);
  await tools.events.publish([started(tokens.session), ...replaced, ...evicted]);
  return tokens;
}

async function readEarlier(text: string | undefined, tools: LoginTools): Promise<RefreshToken | undefined> {
  if (text === undefined) return undefined;
  const presented = await readPresented(text, tools);
  return 'refused' in presented ? undefined : presented.token;
}
