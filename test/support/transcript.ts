import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of the service's words is looked at when the whole run has ended: test/support/whole-run.ts. */
export type Written = 'log line' | 'event' | 'error';

/** Names the directory of the run's transcript to the workers. */
export const transcriptVariable = 'PAWL_TRANSCRIPT';

/** One line of a transcript: something that was written down, or a secret that must not have been. */
export type Entry = readonly [kind: Written | 'canary', text: string];

const buffered: string[] = [];
const canaries = new Set<string>();

/** Keeps what the service under test wrote down; outside of a run of the suites nothing is kept. */
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

/** At the end of each test file: its worker may not live on. */
export function flushTranscript(): void {
  const lines = buffered.splice(0);
  const directory = process.env[transcriptVariable];
  if (directory === undefined || lines.length === 0) return;
  appendFileSync(join(directory, `${process.pid}.jsonl`), `${lines.join('\n')}\n`);
}
