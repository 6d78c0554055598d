import { vi } from 'vitest';
import { writeDown } from './transcript.ts';

/** Captures standard output: the log lines of the code under test. */
export function captureLog() {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    writeDown('log line', String(chunk));
    return true;
  });
  return {
    text: () => lines.join(''),
    all: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
