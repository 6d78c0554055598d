import { runPawl } from './program.ts';

/** `pawl`: what operators do, against a deployed or the local service. */

const { env, stdin, stdout, stderr } = process;
process.exitCode = await runPawl(process.argv.slice(2), { env, stdin, stdout, stderr });
