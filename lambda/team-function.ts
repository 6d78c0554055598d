import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { connections, wasStale } from './connections.ts';
import type { Account } from './core/account.ts';
import { GrantRefused, requireGrant } from './core/claims.ts';
import { Fault, Unavailable } from './core/errors.ts';
import { nameOnly } from './name-only.ts';

/** Timeout of your function in milliseconds: two calls and the remaining work fit into a login's 10 s. */
const timeoutMs = 3500;

/** The prop with the function. */
export type TeamFunctionProp = 'users' | 'migrate';

/**
 * Your Lambda function that verifies passwords. Anything but a valid result, including errors and timeouts, makes the
 * login fail.
 *
 * @param read parses the result; throws an Error if it is malformed, or {@link AnswerFault} to name the member
 * @returns a function that sends a username and a password
 */
export function teamFunction<T>(
  functionName: string,
  prop: TeamFunctionProp,
  read: (answer: unknown, username: string) => T,
): (username: string, password: string) => Promise<T> {
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: timeoutMs }),
  });
  return async (username, password) => {
    const Payload = JSON.stringify({ username, password });
    const command = new InvokeCommand({ FunctionName: functionName, Payload });
    const answer = await client
      .send(command)
      // A password is verified once, unless the function did not receive the call.
      .catch((error: unknown) => (wasStale(error) ? client.send(command) : Promise.reject(error)))
      .catch((error: unknown) => {
        throw notInvoked(error, prop);
      });
    // Its own database may have been unavailable; the next call may succeed.
    if (answer.FunctionError !== undefined) throw new Unavailable(`${prop}_failed`);
    return readAnswer(answer, prop, (value) => read(value, username));
  };
}

/** A malformed result. */
export class AnswerFault extends Error {
  override readonly name = 'AnswerFault';
  /** The name of the invalid member, or what else is wrong; never a value. */
  readonly member: string;

  constructor(member: string) {
    super(`the answer has an invalid ${member}`);
    this.member = member;
  }
}

/** Claims and scopes of a result, both optional. @throws AnswerFault */
export function grantIn(answer: { readonly claims?: unknown; readonly scopes?: unknown }): Grant {
  const { claims, scopes } = { claims: answer.claims ?? {}, scopes: answer.scopes ?? [] };
  requireMember('claims', { claims, scopes: [] });
  requireMember('scopes', { claims: {}, scopes });
  return { claims, scopes } as Grant;
}

type Grant = Pick<Account, 'claims' | 'scopes'>;

function requireMember(member: keyof Grant, grant: Parameters<typeof requireGrant>[0]): void {
  try {
    requireGrant(grant);
  } catch (error) {
    throw error instanceof GrantRefused ? new AnswerFault(member) : error;
  }
}

/**
 * Statuses below 500 that pass: the function's file system or snapshot took too long (408), the function is not ready,
 * for example after weeks without a call in a VPC (409), throttled (429).
 */
const transient = new Set([408, 409, 429]);

/** A missing function or permission is permanent; throttles and missing responses are transient. */
function notInvoked(error: unknown, prop: TeamFunctionProp): Unavailable | Fault {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  const cause = nameOnly(error);
  const refused = status >= 400 && status < 500 && !transient.has(status);
  return refused ? new Fault(`${prop}_refused`, {}, { cause }) : new Unavailable(`${prop}_unavailable`, { cause });
}

function readAnswer<T>(answer: InvokeCommandOutput, prop: TeamFunctionProp, read: (value: unknown) => T): T {
  try {
    return read(JSON.parse(answer.Payload?.transformToString() ?? ''));
  } catch (error) {
    // A parser's message may quote the response, so only the name of the error is kept.
    const cause = nameOnly(error);
    const item = error instanceof AnswerFault ? { item: `answer ${error.member}` } : {};
    throw new Fault(`${prop}_answer_malformed`, item, { cause });
  }
}
