import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretsIn } from './hygiene.ts';
import { type Entry, transcriptVariable } from './transcript.ts';

let directory = '';

/** Before the first suite: where its workers keep what was written down. */
export function setup(): void {
  directory = mkdtempSync(join(tmpdir(), 'pawl-transcript-'));
  process.env[transcriptVariable] = directory;
}

/**
 * After the last suite: all that the service wrote down, in whichever suite, is searched for every suite's secrets.
 * Metrics are in the log lines.
 *
 * @throws Error naming what was found; nothing of it is quoted
 */
export function teardown(): void {
  const told = searchTranscript(readTranscript());
  if (told !== undefined) process.stdout.write(`\n    Secrets  ${told}\n`);
}

/** @returns what was searched, in words; undefined when nothing was written down */
export function searchTranscript(entries: readonly Entry[]): string | undefined {
  const textsOf = (wanted: Entry[0]) => entries.flatMap(([kind, text]) => (kind === wanted ? [text] : []));
  const canaries = new Set(textsOf('canary'));
  const told: string[] = [];
  for (const kind of ['log line', 'event', 'error'] as const) {
    const texts = textsOf(kind);
    // Most are alike, and one look at many together is as good as many looks.
    const found = secretsIn([...new Set(texts)].join('\n'), canaries);
    if (found.length > 0) throw new Error(`secrets among the ${kind}s: ${[...new Set(found)].join(', ')}`);
    if (texts.length > 0) told.push(`${texts.length.toLocaleString('en')} ${kind}s`);
  }
  return told.length === 0 ? undefined : `none of ${canaries.size} canaries in the run's ${told.join(', ')}`;
}

function readTranscript(): readonly Entry[] {
  try {
    const texts = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Entry);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
