import { expect, vi } from 'vitest';
import { allowedCallsVariable } from '../../lambda/contract/logging.ts';
import type { PolicyAnswer, PolicyEvent } from '../../lambda/http/policy-authorizer.ts';
import { audience, type TestIssuer } from '../examples/support/issuer.ts';
import { captureLog } from './capture-log.ts';

export const stageArn = 'arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/prod';

type Handler = (event: PolicyEvent) => Promise<PolicyAnswer>;

/** Loads a handler again, like a cold start. */
export async function coldStart(
  load: () => Promise<{ readonly handler: Handler }>,
  issuer: TestIssuer,
  jwks: object = issuer.jwks,
): Promise<Handler> {
  vi.stubEnv('ISSUER', issuer.url);
  vi.stubEnv('AUDIENCE', audience);
  vi.stubEnv('JWKS', JSON.stringify(jwks));
  // Log allowed calls too, so that every verdict has a line.
  vi.stubEnv(allowedCallsVariable, 'true');
  vi.resetModules();
  const { handler } = await load();
  return handler;
}

export interface Verdict {
  readonly answer?: PolicyAnswer;
  /** Message of the thrown error. */
  readonly thrown?: string;
  readonly line: Readonly<Record<string, unknown>>;
  readonly written: string;
}

/** The result of an event: either a response or an error, and exactly one log line. */
export async function ask(handler: Handler, event: unknown): Promise<Verdict> {
  const log = captureLog();
  const outcome = await handler(event as PolicyEvent).then(
    (answer) => ({ answer }),
    (error: Error) => ({ thrown: error.message }),
  );
  const [line = {}, ...more] = log.all();
  const written = log.text();
  vi.restoreAllMocks();
  expect(more).toEqual([]);
  return { ...outcome, line, written };
}

/** The result in short form, for a table: `allowed`, or the thrown message and the logged reason. */
export async function verdict(handler: Handler, event: unknown): Promise<string> {
  const { answer, thrown, line } = await ask(handler, event);
  expect(answer !== undefined).toBe(line.outcome === 'allowed');
  return answer === undefined ? `${thrown}: ${line.reason}` : 'allowed';
}

export const undecided = 'the access token could not be verified';
