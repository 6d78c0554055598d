import { type Answer, type Call, send } from './http.ts';

/** A user of the deployment, for the part of the suite that logs in. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What the suite is pointed at. */
export interface Target {
  /** Base URL of the API, without a trailing slash. */
  readonly url: string;
  /** `iss` of the access tokens. @default the url */
  readonly issuer?: string;
  /** `aud` of the access tokens. @default the issuer */
  readonly audience?: string;
  /** An origin of `allowedOrigins`: adds the checks of cookie mode. @default none, they are left out */
  readonly origin?: string;
  /** @default none: only what needs no user */
  readonly credentials?: Credentials;
  /** The stack has `graceSeconds=0`: a repeated refresh is theft there. @default false */
  readonly strictRotation?: boolean;
  /** Known ways in which an emulator differs from AWS, see differences.ts. @default none */
  readonly differences?: ReadonlySet<string>;
}

/** The target as a check sees it. */
export interface Subject extends Target {
  readonly issuer: string;
  readonly audience: string;
  send(call: Call): Promise<Answer>;
  differs(id: string): boolean;
}

/** One thing that must hold. */
export interface Check {
  readonly name: string;
  /**
   * Throws what does not hold; the message never holds a token.
   *
   * @param note takes what else there is to say about a check that passes
   */
  run(subject: Subject, note: (remark: string) => void): Promise<void>;
}

/** What does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation unless it holds */
export function must(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Violation(message);
}

/** @throws Violation unless both are the same text, number or flag */
export function mustBe(what: string, actual: unknown, expected: string | number | boolean | undefined): void {
  must(actual === expected, `${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

/** The target with its defaults. */
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
