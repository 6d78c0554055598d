import { runPawl } from './program.ts';

/** `pawl`: what operators do, against a deployed or the local service. */

// `pawl users list | head -1` closes the pipe early, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const { env, stdin, stdout, stderr } = process;
process.exitCode = await runPawl(process.argv.slice(2), { env, stdin, stdout, stderr });
