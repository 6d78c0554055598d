import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Kinds of output that are searched at the end of the whole run: see test/support/whole-run.ts. */
export type Written = 'log line' | 'event' | 'error';

/** Environment variable that gives the workers the directory of the run's transcript. */
export const transcriptVariable = 'PAWL_TRANSCRIPT';

/** One line of a transcript: output of the service, or a secret that must not appear in any output. */
export type Entry = readonly [kind: Written | 'canary', text: string];

const buffered: string[] = [];
const canaries = new Set<string>();

/** Keeps output of the service under test. Outside a run of the suites nothing is kept. */
export function writeDown(kind: Written, text: string): void {
  buffered.push(JSON.stringify([kind, text] satisfies Entry));
  if (buffered.length >= 500) flushTranscript();
}

/** For the option `onLog` of a local service. */
export const writeDownLine = ({ line }: { readonly line: string }): void => writeDown('log line', line);

/** Registers a secret, such as a password or a key, that must not appear anywhere in the run. */
export function canary(secret: string): void {
  if (canaries.has(secret)) return;
  canaries.add(secret);
  buffered.push(JSON.stringify(['canary', secret] satisfies Entry));
}

/** Writes the buffer at the end of each test file, because its worker may end. */
export function flushTranscript(): void {
  const lines = buffered.splice(0);
  const directory = process.env[transcriptVariable];
  if (directory === undefined || lines.length === 0) return;
  appendFileSync(join(directory, `${process.pid}.jsonl`), `${lines.join('\n')}\n`);
}
