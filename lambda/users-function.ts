import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { connections, wasStale } from './connections.ts';
import { requireGrant } from './core/claims.ts';
import { Fault, Unavailable } from './core/errors.ts';
import type { CredentialVerifier, VerifiedUser } from './core/external-users.ts';
import { unknownSubject } from './core/users.ts';

/** Timeout of the `users` function in milliseconds: two calls and the remaining work fit into a login's 10 s. */
const timeoutMs = 3500;

/**
 * Your own user store, behind a Lambda function. It receives `{ username, password }` and returns `{ subject, claims?,
 * scopes? }`, or null for a wrong password or an unknown user. Any other behaviour, including errors and timeouts, is
 * not an answer, and the login fails.
 */
export function usersFunction(functionName: string): CredentialVerifier {
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: timeoutMs }),
  });
  return {
    async verify(username, password) {
      const Payload = JSON.stringify({ username, password });
      const command = new InvokeCommand({ FunctionName: functionName, Payload });
      const answer = await client
        .send(command)
        // A password is verified once, unless the function did not receive the call.
        .catch((error: unknown) => (wasStale(error) ? client.send(command) : Promise.reject(error)))
        .catch((error: unknown) => {
          throw notInvoked(error);
        });
      // Its own database may have been unavailable; the next call may succeed.
      if (answer.FunctionError !== undefined) throw new Unavailable('users_failed');
      return userIn(answer);
    },
  };
}

/** A missing function or permission is permanent; throttles and missing responses are transient. */
function notInvoked(error: unknown): Unavailable | Fault {
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  const cause = new Error(name);
  const refused = status >= 400 && status < 500 && status !== 429;
  return refused ? new Fault('users_refused', {}, { cause }) : new Unavailable('users_unavailable', { cause });
}

function userIn(answer: InvokeCommandOutput): VerifiedUser | undefined {
  try {
    return readUser(JSON.parse(answer.Payload?.transformToString() ?? ''));
  } catch (error) {
    // A parser's message may quote the response, so only the name of the error is kept.
    throw new Fault('users_answer_malformed', {}, { cause: new Error((error as Error).name) });
  }
}

/** @throws Error for a malformed result */
export function readUser(answer: unknown): VerifiedUser | undefined {
  if (answer === null) return undefined;
  const { subject, claims = {}, scopes = [] } = answer as Partial<VerifiedUser>;
  // Text that UTF-8 cannot encode, or that a log line or a key cannot hold, would come back from the table as another
  // subject.
  const isSubject =
    typeof subject === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(subject) && Buffer.byteLength(subject) <= 128;
  if (!isSubject || subject === unknownSubject) throw new Error('the answer is not a user');
  requireGrant({ claims, scopes });
  return { subject, claims, scopes };
}
