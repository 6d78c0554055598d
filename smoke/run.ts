import { type Check, subjectOf, type Target, Violation } from './check.ts';
import { cookieChecks } from './cookie.ts';
import { publishedChecks } from './published.ts';
import { refusedChecks } from './refused.ts';
import { sessionChecks } from './session.ts';

/** How one check went. */
export interface Result {
  readonly name: string;
  /** What does not hold; `undefined` when all does. */
  readonly fault: string | undefined;
  /** What else the check found out. */
  readonly remark: string | undefined;
  readonly durationMs: number;
}

/** The checks that this target gets. */
export function checksFor({ credentials, origin }: Target): readonly Check[] {
  return [
    ...publishedChecks,
    ...refusedChecks,
    ...(credentials === undefined ? [] : sessionChecks),
    ...(credentials === undefined || origin === undefined ? [] : cookieChecks),
  ];
}

/** Runs the suite, one check after the other, and reports each as soon as it is known. */
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

/** One line for a result. */
export function resultLine({ name, fault, remark, durationMs }: Result): string {
  const more = [remark, fault].filter((text) => text !== undefined).map((text) => `\n      ${text}`);
  return `${fault === undefined ? 'ok  ' : 'FAIL'}  ${name} (${Math.round(durationMs)} ms)${more.join('')}`;
}

function describe(error: unknown): string {
  if (error instanceof Violation) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
