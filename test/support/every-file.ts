import { afterAll } from 'vitest';
import { flushTranscript, writeDown } from './transcript.ts';

/** Runs in each test file: copies standard output to the run's transcript. */
const { stdout } = process;
const write = stdout.write.bind(stdout);
stdout.write = ((...args: Parameters<typeof write>) => {
  writeDown('log line', String(args[0]));
  return write(...args);
}) as typeof stdout.write;

afterAll(() => {
  stdout.write = write;
  flushTranscript();
});
