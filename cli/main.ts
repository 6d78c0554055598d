import { runPawl } from './program.ts';

/** `pawl`: the command line for operators, for a deployed or a local service. */

// `pawl users list | head -1` closes the pipe early. That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const { env, stdin, stdout, stderr } = process;
// The AWS SDK warns about Node releases that it will stop supporting. Operators do not choose the SDK's version.
env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.exitCode = await runPawl(process.argv.slice(2), { env, stdin, stdout, stderr });
