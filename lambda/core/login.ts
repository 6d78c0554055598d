import type { AccessTokenPolicy } from './access-token.ts';
import type { Account } from './account.ts';
import type { DomainEvent } from './events.ts';
import { bestEffort, end, evictSurplus, listForHousekeeping, pruneTombstones } from './housekeeping.ts';
import { issueTokens, type TokenSet } from './issue.ts';
import type { Accounts, Random, RatchetKeys, SessionStore, Signer } from './ports.ts';
import { readPresented } from './present.ts';
import { formatToken, hashSecret, type RefreshToken } from './refresh-token.ts';
import type { Session, SessionPolicy } from './session.ts';
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

  const account = await tools.users.authenticate({ username, password: request.password, subject });
  if (account.status !== 'active') throw wrongCredentials('user_disabled', account.subject);

  const nowMs = tools.clock.nowMs();
  const opened = await openSession(request, account, nowMs, tools);
  // Signed before the session is stored: a signer that is down leaves nothing behind.
  const text = { text: opened.refreshToken, changed: true };
  const tokens = await issueTokens(opened.session, account, account.scopes, text, nowMs, tools);
  const [replaced, listed = { sessions: [], tombstones: [] }] = await together([
    earlier === undefined ? [] : end([earlier], 'replaced', nowMs, tools),
    bestEffort(() => listForHousekeeping(account.subject, tools)),
    tools.sessions.create(opened.session),
  ]);
  // The login has happened. Housekeeping waits for the next one where the store cannot do it now.
  const [evicted = []] = await together([
    bestEffort(() => evictSurplus(account, listed, [opened.session.sessionId, earlier?.sessionId], nowMs, tools)),
    bestEffort(() => forgetTries(trying, tries, tools)),
    bestEffort(() => pruneTombstones(account.subject, listed, nowMs, tools)),
  ]);
  await tools.events.publish([started(opened.session), ...replaced, ...evicted]);
  return tokens;
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

function started({ subject, sessionId, clientId, deviceName }: Session): DomainEvent {
  return { type: 'SessionStarted', subject, sessionId, clientId, ...(deviceName === undefined ? {} : { deviceName }) };
}
