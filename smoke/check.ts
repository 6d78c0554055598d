import { type Answer, type Call, send } from './http.ts';

/** A user of the deployment, for the part of the suite that logs in. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The deployment to test. */
export interface Target {
  /** Base URL of the API, without a trailing slash. */
  readonly url: string;
  /** `iss` of the access tokens. @default the url */
  readonly issuer?: string;
  /** `aud` of the access tokens. @default the issuer */
  readonly audience?: string;
  /** An origin of `allowedOrigins`. Adds the checks of cookie mode. @default none: they are skipped */
  readonly origin?: string;
  /** @default none: only the checks that need no user */
  readonly credentials?: Credentials;
  /** The stack has `graceSeconds=0`, so a repeated refresh counts as theft. @default false */
  readonly strictRotation?: boolean;
  /** Known ways in which an emulator differs from AWS, see differences.ts. @default none */
  readonly differences?: ReadonlySet<string>;
}

/** The target with its defaults applied, as a check gets it. */
export interface Subject extends Target {
  readonly issuer: string;
  readonly audience: string;
  send(call: Call): Promise<Answer>;
  differs(id: string): boolean;
}

/** One check. */
export interface Check {
  readonly name: string;
  /**
   * Throws a {@link Violation} if the check fails. Its message never contains a token.
   *
   * @param note records a remark about a check that passes
   */
  run(subject: Subject, note: (remark: string) => void): Promise<void>;
}

/** A failed check. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation unless the condition is true */
export function must(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Violation(message);
}

/** @throws Violation unless both values are identical */
export function mustBe(what: string, actual: unknown, expected: string | number | boolean | undefined): void {
  must(actual === expected, `${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

/** Applies the defaults of a target. */
export function subjectOf(target: Target): Subject {
  const issuer = target.issuer ?? target.url;
  return {
    ...target,
    issuer,
    audience: target.audience ?? issuer,
    send: (call) => send(target.url, call),
    differs: (id) => target.differences?.has(id) ?? false,
  };
}
