import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretsIn } from './hygiene.ts';
import { type Entry, transcriptVariable } from './transcript.ts';

let directory = '';

/** Runs before the first suite: creates the directory in which the workers keep the transcript. */
export function setup(): void {
  directory = mkdtempSync(join(tmpdir(), 'pawl-transcript-'));
  process.env[transcriptVariable] = directory;
}

/**
 * Runs after the last suite: searches all output of the service, from all suites, for the secrets of every suite.
 * Metrics are in the log lines.
 *
 * @throws Error that names the kind of each secret, without quoting it
 */
export function teardown(): void {
  const told = searchTranscript(readTranscript());
  if (told !== undefined) process.stdout.write(`\n    Secrets  ${told}\n`);
}

/** @returns a summary of the search; undefined without any output */
export function searchTranscript(entries: readonly Entry[]): string | undefined {
  const textsOf = (wanted: Entry[0]) => entries.flatMap(([kind, text]) => (kind === wanted ? [text] : []));
  const canaries = new Set(textsOf('canary'));
  const told: string[] = [];
  for (const kind of ['log line', 'event', 'error'] as const) {
    const texts = textsOf(kind);
    // Search many entries at once: most are alike, and one search is faster.
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
