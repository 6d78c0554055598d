import { type Check, subjectOf, type Target, Violation } from './check.ts';
import { cookieChecks } from './cookie.ts';
import { publishedChecks } from './published.ts';
import { refusedChecks } from './refused.ts';
import { sessionChecks } from './session.ts';

/** The result of one check. */
export interface Result {
  readonly name: string;
  /** Why the check failed; `undefined` if it passed. */
  readonly fault: string | undefined;
  /** The remark of the check, if any. */
  readonly remark: string | undefined;
  readonly durationMs: number;
}

/** The checks that apply to this target. */
export function checksFor({ credentials, origin }: Target): readonly Check[] {
  return [
    ...publishedChecks,
    ...refusedChecks,
    ...(credentials === undefined ? [] : sessionChecks),
    ...(credentials === undefined || origin === undefined ? [] : cookieChecks),
  ];
}

/** Runs the checks in order and reports each result immediately. */
export async function runSmoke(target: Target, report: (result: Result) => void): Promise<readonly Result[]> {
  const subject = subjectOf(target);
  const results: Result[] = [];
  for (const { name, run } of checksFor(target)) {
    const startedAt = performance.now();
    let remark: string | undefined;
    const note = (text: string) => {
      remark = text;
    };
    const fault = await run(subject, note).then(
      () => undefined,
      (error: unknown) => describe(error),
    );
    const result = { name, fault, remark, durationMs: performance.now() - startedAt };
    results.push(result);
    report(result);
  }
  return results;
}

/** Formats a result as one line. */
export function resultLine({ name, fault, remark, durationMs }: Result): string {
  const more = [remark, fault].filter((text) => text !== undefined).map((text) => `\n      ${text}`);
  return `${fault === undefined ? 'ok  ' : 'FAIL'}  ${name} (${Math.round(durationMs)} ms)${more.join('')}`;
}

function describe(error: unknown): string {
  if (error instanceof Violation) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
