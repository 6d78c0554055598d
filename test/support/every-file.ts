import { afterAll } from 'vitest';
import { flushTranscript, writeDown } from './transcript.ts';

/** In each test file: what is written to standard output goes into the run's transcript as well. */
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
