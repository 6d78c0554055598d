import type { CredentialVerifier, VerifiedUser } from './core/external-users.ts';
import { isSubject } from './core/users.ts';
import { AnswerFault, grantIn, teamFunction } from './team-function.ts';

/**
 * Your own user store, behind a Lambda function. It receives `{ username, password }` and returns `{ subject, claims?,
 * scopes? }`, or null for a wrong password or an unknown user.
 */
export function usersFunction(functionName: string): CredentialVerifier {
  return { verify: teamFunction(functionName, 'users', readUser) };
}

/** @throws Error for a malformed result */
export function readUser(answer: unknown): VerifiedUser | undefined {
  if (answer === null) return undefined;
  const user = answer as Partial<VerifiedUser>;
  const { subject } = user;
  if (!isSubject(subject)) throw new AnswerFault('subject');
  return { subject, ...grantIn(user) };
}
