import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Unavailable } from './core/errors.ts';
import type { CredentialVerifier, VerifiedUser } from './core/external-users.ts';

/** Largest claims of one user as JSON, bytes: with them a token stays below what verifiers and the gateway take. */
const maxClaimsBytes = 4096;

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
    requestHandler: { connectionTimeout: 1000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  return {
    async verify(username, password) {
      const Payload = JSON.stringify({ username, password });
      try {
        const answer = await client.send(new InvokeCommand({ FunctionName: functionName, Payload }));
        if (answer.FunctionError !== undefined) throw new Error('the function failed');
        return readUser(JSON.parse(answer.Payload?.transformToString() ?? ''));
      } catch (error) {
        // A parser's message may quote the answer: the cause goes no further than its name.
        throw new Unavailable('users_unavailable', { cause: new Error((error as Error).name) });
      }
    },
  };
}

/** @throws Error for an answer that is not of the agreed form */
export function readUser(answer: unknown): VerifiedUser | undefined {
  if (answer === null) return undefined;
  const { subject, claims = {}, scopes = [] } = answer as Partial<VerifiedUser>;
  // What UTF-8 cannot spell, or a log and a key cannot hold, would come back from the table as another subject.
  const isSubject =
    typeof subject === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(subject) && Buffer.byteLength(subject) <= 128;
  const areClaims =
    typeof claims === 'object' &&
    claims !== null &&
    !Array.isArray(claims) &&
    Buffer.byteLength(JSON.stringify(claims)) <= maxClaimsBytes;
  const isScope = (scope: unknown) => typeof scope === 'string' && /^[!#-[\]-~]+$/.test(scope);
  const areScopes = Array.isArray(scopes) && scopes.every(isScope);
  if (!isSubject || subject === '-' || !areClaims || !areScopes || scopes.join(' ').length > 200) {
    throw new Error('the answer is not a user');
  }
  return { subject, claims, scopes };
}
