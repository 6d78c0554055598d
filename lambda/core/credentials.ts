import type { AccessTokenClaims } from './access-token.ts';
import type { Account } from './account.ts';
import { type AccountChanged, NameTaken } from './account-store.ts';
import { type Caller, type CallerTools, judgeCaller } from './caller.ts';
import { isRecentLogin, type PasswordTools, PasswordTries } from './current-password.ts';
import { Refusal, Unavailable } from './errors.ts';
import { bestEffort } from './housekeeping.ts';
import type { TokenSet } from './issue.ts';
import { type OpenSessionTools, openSession, started } from './open-session.ts';
import { normalisePassword } from './password.ts';
import { findPasswordFault, passwordFaultText } from './password-policy.ts';
import { sessionExpiresAt } from './retention.ts';
import { afterRevocation, maxAttempts, type RevokeSubjectTools } from './revoke-subject.ts';
import { settleAll } from './settle-all.ts';

export interface CredentialTools extends CallerTools, RevokeSubjectTools, PasswordTools, OpenSessionTools {
  /** Checks a lower-cased password. */
  readonly isCommonPassword: (lowerCased: string) => boolean;
}

interface CredentialRequest {
  readonly claims: AccessTokenClaims;
  readonly currentPassword: string;
  readonly sourceIp: string;
}

/**
 * Changes the password and ends every session, including the caller's, in one write. The caller continues in a new
 * session, so that copies of the old one are useless.
 *
 * @returns the first tokens of the new session
 * @throws Refusal `access_denied` for a wrong current password, `invalid_request` for a rejected new one,
 *   `invalid_token`, `slow_down`
 * @throws Unavailable
 */
export function changePassword(
  request: CredentialRequest & { readonly newPassword: string },
  tools: CredentialTools,
): Promise<TokenSet> {
  return changeCredential(request, 'PasswordChanged', tools, async (account) => {
    const fault = findPasswordFault(request.newPassword, account.username, tools.isCommonPassword);
    if (fault !== undefined) throw new Refusal('invalid_request', 'password_refused', passwordFaultText[fault]);
    const { subject, passwordHash } = account;
    const set = { passwordHash: await tools.passwords.hash(normalisePassword(request.newPassword)) };
    const onlyIf = { status: 'active' as const, ...(passwordHash !== undefined && { passwordHash }) };
    return (kept) => tools.accounts.revokeSessions({ subject, kept, set, onlyIf });
  });
}

/**
 * Changes the e-mail address and ends every session, in one write. The user can then log in with the new address, and
 * the old one is released.
 *
 * @throws as {@link changePassword}; Refusal `invalid_request` for an address that belongs to another user
 */
export function changeEmail(
  request: CredentialRequest & { readonly newEmail: string },
  tools: CredentialTools,
): Promise<TokenSet> {
  return changeCredential(request, 'EmailChanged', tools, async (account) => async (kept) => {
    try {
      return await tools.accounts.moveEmail({ account, email: request.newEmail, kept, nowMs: tools.clock.nowMs() });
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error;
      throw new Refusal('invalid_request', 'email_taken', 'The e-mail address is taken.', account);
    }
  });
}

async function changeCredential(
  request: CredentialRequest,
  cause: Change['cause'],
  tools: CredentialTools,
  prepare: Change['prepare'],
): Promise<TokenSet> {
  const { claims, sourceIp } = request;
  // Read the clock before the account, as at a login: a token must not outlive a revocation by more than its TTL.
  const nowMs = tools.clock.nowMs();
  const caller = await requireOwner(claims, tools);
  const tries = await PasswordTries.count(caller, sourceIp, tools);
  return tries.settle(() => applyChange({ request, caller, nowMs, cause, tries, prepare }, tools));
}

interface Change {
  readonly request: CredentialRequest;
  readonly caller: Caller;
  /** When the request began, before the account was read. */
  readonly nowMs: number;
  readonly cause: 'PasswordChanged' | 'EmailChanged';
  readonly tries: PasswordTries;
  /** Validates the request and returns the write that applies it. */
  readonly prepare: (account: Account) => Promise<(kept: string) => Promise<AccountChanged>>;
}

async function applyChange(
  { request, cause, tries, prepare, ...begun }: Change,
  tools: CredentialTools,
): Promise<TokenSet> {
  const { claims, currentPassword } = request;
  let { caller, nowMs } = begun;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const { session, account } = caller;
    await tries.verify(currentPassword, caller);
    const change = await prepare(account);
    // Sign and store before the change: a failure up to here has changed nothing, and the request may be repeated. No
    // client has a token of the new session before the change is made.
    const reborn = { ...account, epoch: account.epoch + 1 };
    const tokens = await openSession(reborn, session, nowMs, tools);
    const { subject, sessionId } = tokens.session;
    const discard = () => bestEffort(() => tools.sessions.revoke(subject, sessionId, 'replaced', tools.clock.nowMs()));
    await tools.sessions.create(tokens.session, sessionExpiresAt(nowMs, tools.sessionPolicy));
    // Credential and revocation are one write, on condition of the verified hash. Of two changes that verified the same
    // password, one fails here and is evaluated again. The epoch is not a condition, so that nothing done without the
    // password can block this.
    const result = await change(sessionId).catch(async (error: unknown) => {
      if (error instanceof Refusal) await discard();
      throw error;
    });
    if (result.applied) {
      await tools.events.publish([started(tokens.session)]);
      await settleAll([afterRevocation(result.account, cause, tools), tries.forget()]);
      return tokens;
    }
    await discard();
    nowMs = tools.clock.nowMs();
    caller = await requireOwner(claims, tools);
  }
  throw new Unavailable('race_lost');
}

/**
 * The caller, whose session is alive or ended within minutes of its login: a thief who ends the owner's sessions cannot
 * keep the owner, who knows the password, from changing it. The session's item must still exist, because it has the
 * client and the channel.
 *
 * @throws Refusal `invalid_token`
 * @throws Unavailable
 */
async function requireOwner(claims: AccessTokenClaims, tools: CallerTools): Promise<Caller> {
  const [session, account] = await settleAll([
    tools.sessions.read(claims.sub, claims.sid),
    tools.accounts.read(claims.sub),
  ]);
  const nowMs = tools.clock.nowMs();
  const { notBefore } = tools.sessionPolicy;
  if (session && account?.status === 'active' && session.createdAt >= notBefore && isRecentLogin(claims, nowMs)) {
    return { claims, session, account };
  }
  return judgeCaller(claims, session, account, tools);
}
