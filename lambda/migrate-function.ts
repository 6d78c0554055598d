import type { MigratingUser, OldSystem } from './core/migrating-users.ts';
import { normaliseEmail, normaliseUsername } from './core/username.ts';
import { isSubject } from './core/users.ts';
import { AnswerFault, grantIn, teamFunction } from './team-function.ts';

/**
 * Your old system, behind a Lambda function. It receives `{ username, password }` and returns `{ username, subject?,
 * email?, claims?, scopes? }`, or null for a wrong password or an unknown user.
 */
export function migrateFunction(functionName: string): OldSystem {
  return { ask: teamFunction(functionName, 'migrate', readMigrating) };
}

const members = ['username', 'subject', 'email', 'claims', 'scopes'];

/**
 * @param asked the requested name, which must be the username or the e-mail address of the answer: otherwise every
 *   login would call the function again, or log in another user
 * @throws AnswerFault
 */
export function readMigrating(answer: unknown, asked: string): MigratingUser | undefined {
  if (answer === null) return undefined;
  if (typeof answer !== 'object' || Array.isArray(answer)) throw new AnswerFault('type');
  // A member under another name, such as `sub`, must not be ignored.
  if (Object.keys(answer).some((name) => !members.includes(name))) throw new AnswerFault('member');
  const { username: typed, subject = null, email: address = null, ...grant } = answer as Record<string, unknown>;
  const username = typeof typed === 'string' ? normaliseUsername(typed) : undefined;
  if (username === undefined) throw new AnswerFault('username');
  const email = typeof address === 'string' ? normaliseEmail(address) : undefined;
  if (address !== null && email === undefined) throw new AnswerFault('email');
  if (subject !== null && !isSubject(subject)) throw new AnswerFault('subject');
  const name = normaliseUsername(asked);
  if (name !== username && name !== email) throw new AnswerFault('name that was asked about');
  return {
    username,
    ...(email === undefined ? {} : { email }),
    ...(subject === null ? {} : { subject }),
    ...grantIn(grant),
  };
}
