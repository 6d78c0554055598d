import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { connections, wasStale } from './connections.ts';
import { requireGrant } from './core/claims.ts';
import { Fault, Unavailable } from './core/errors.ts';
import type { CredentialVerifier, VerifiedUser } from './core/external-users.ts';

/** How long the team's function may take, milliseconds: two calls of it and the rest fit into a login's 10 s. */
const timeoutMs = 3500;

/**
 * The team's own user store, behind a Lambda function: it gets `{ username, password }` and answers
 * `{ subject, claims?, scopes? }`, or null for a wrong password or an unknown user. Whatever else it does, failing and
 * being slow included, is no answer, and nobody is logged in.
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
        // A password is verified once, but for a call that nobody has heard.
        .catch((error: unknown) => (wasStale(error) ? client.send(command) : Promise.reject(error)))
        .catch((error: unknown) => {
          throw notInvoked(error);
        });
      // Its own database may have been down: it may answer the next time.
      if (answer.FunctionError !== undefined) throw new Unavailable('users_failed');
      return userIn(answer);
    },
  };
}

/** A missing function or permission lasts until somebody mends it; throttles and whatever gave no answer do not. */
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
    // A parser's message may quote the answer: the cause goes no further than its name.
    throw new Fault('users_answer_malformed', {}, { cause: new Error((error as Error).name) });
  }
}

/** @throws Error for an answer that is not of the agreed form */
export function readUser(answer: unknown): VerifiedUser | undefined {
  if (answer === null) return undefined;
  const { subject, claims = {}, scopes = [] } = answer as Partial<VerifiedUser>;
  // What UTF-8 cannot spell, or a log and a key cannot hold, would come back from the table as another subject.
  const isSubject =
    typeof subject === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(subject) && Buffer.byteLength(subject) <= 128;
  if (!isSubject || subject === '-') throw new Error('the answer is not a user');
  requireGrant({ claims, scopes });
  return { subject, claims, scopes };
}
