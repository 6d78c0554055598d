import type { AccessTokenClaims } from './access-token.ts';
import { type CallerTools, requireLiveSession } from './caller.ts';
import { Refusal, Unavailable } from './errors.ts';
import { findPasswordFault, passwordFaultText } from './password-policy.ts';
import type { AccountChange, Passwords } from './ports.ts';
import { afterRevocation, maxAttempts, type RevokeSubjectTools } from './revoke-subject.ts';
import { countAccountTry, countAddressTry, forgetTries, type ThrottleTools, type Trying } from './throttle.ts';
import { together } from './together.ts';

export interface CredentialTools extends CallerTools, RevokeSubjectTools, ThrottleTools {
  readonly passwords: Passwords;
  /** Answers for a lower-cased password. */
  readonly isCommonPassword: (lowerCased: string) => boolean;
}

interface CredentialRequest {
  readonly claims: AccessTokenClaims;
  readonly currentPassword: string;
  readonly sourceIp: string;
}

/**
 * Changes the password and ends every other session, in one write.
 *
 * @throws Refusal `access_denied` for a wrong current password, `invalid_request` for a new one that is not taken,
 *   `invalid_token`, `slow_down`
 * @throws Unavailable
 */
export async function changePassword(
  request: CredentialRequest & { readonly newPassword: string },
  tools: CredentialTools,
): Promise<void> {
  await changeCredential(request, 'PasswordChanged', tools, async ({ username }) => {
    const fault = findPasswordFault(request.newPassword, username, tools.isCommonPassword);
    if (fault !== undefined) throw new Refusal('invalid_request', 'password_refused', passwordFaultText[fault]);
    return { passwordHash: await tools.passwords.hash(request.newPassword) };
  });
}

/** Changes the e-mail address and ends every other session, in one write. @throws as {@link changePassword} */
export async function changeEmail(
  request: CredentialRequest & { readonly newEmail: string },
  tools: CredentialTools,
): Promise<void> {
  await changeCredential(request, 'EmailChanged', tools, async () => ({ email: request.newEmail }));
}

async function changeCredential(
  { claims, currentPassword, sourceIp }: CredentialRequest,
  cause: 'PasswordChanged' | 'EmailChanged',
  tools: CredentialTools,
  toSet: (account: { username: string }) => Promise<NonNullable<AccountChange['set']>>,
): Promise<void> {
  let caller = await requireLiveSession(claims, tools);
  const trying: Trying = { kind: 'device', ...caller.session };
  const [tries] = await together([countAccountTry(trying, sourceIp, tools), countAddressTry(sourceIp, tools)]);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const { session, account } = caller;
    if (!(await tools.passwords.verify(currentPassword, account.passwordHash))) {
      throw new Refusal('access_denied', 'password_wrong', 'The current password is wrong.', session);
    }
    // Credential and revocation are one write, and only on what was verified: of two changes that verified the same
    // password one finds the other's hash here, and is judged anew.
    const result = await tools.accounts.revokeSessions({
      subject: session.subject,
      kept: session.sessionId,
      set: await toSet(account),
      onlyIf: { epoch: account.epoch, ...(account.passwordHash && { passwordHash: account.passwordHash }) },
    });
    if (result.applied) {
      await together([afterRevocation(result.account, cause, tools), forgetTries(trying, tries, tools)]);
      return;
    }
    caller = await requireLiveSession(claims, tools);
  }
  throw new Unavailable('contradiction');
}
