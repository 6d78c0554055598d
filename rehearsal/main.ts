import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLine } from '../scripts/command-line.ts';
import { exitOnSignals } from '../scripts/exit-on-signals.ts';
import { Violation } from '../smoke/check.ts';
import { CommandError, endCommands } from './command.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { clientEnvironment, neutralEnvironment } from './environment.ts';
import { Progress } from './progress.ts';
import { PythonError, pythonEnvironment } from './python.ts';
import { rehearse } from './steps.ts';

new CommandLine(
  'test:deploy',
  'npm run test:deploy\n\nDeploys the stack of this tree with the real CDK CLI to an AWS emulator on this machine. Needs Python 3.',
).parse({});

/** `npm run test:deploy`: deploys the stack of this tree with the real CDK CLI to an AWS emulator on this machine. */

const home = mkdtempSync(join(tmpdir(), 'pawl-deploy-'));
const progress = new Progress((text) => process.stdout.write(text));
let emulator: Emulator | undefined;

process.once('exit', () => {
  endCommands();
  emulator?.kill();
});
// Remove the files of an interrupted run.
exitOnSignals(() => process.once('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 3 })));

try {
  const python = await progress.step('Python environment', () => pythonEnvironment(neutralEnvironment(home)));
  emulator = await progress.step(
    'emulator on loopback, permissions enforced',
    () => startEmulator(python, home),
    ({ endpoint }) => endpoint,
  );
  await rehearse({ progress, home, endpoint: emulator.endpoint, env: clientEnvironment(home, emulator.endpoint) });
  await emulator.stop();
  process.stdout.write(`\n${progress.summary()}\n`);
  rmSync(home, { recursive: true, force: true });
} catch (error) {
  const { message, stack } = error as Error;
  // Findings and known errors need no stack trace. Unexpected errors do.
  const known = [Violation, CommandError, PythonError].some((kind) => error instanceof kind);
  process.stderr.write(`\n${known ? message : (stack ?? message)}\n`);
  if (emulator !== undefined) process.stderr.write(`\nLast lines of the emulator's log:\n${emulator.logTail()}\n`);
  process.stderr.write(`\n${progress.summary()}\n\nEverything is kept in ${home}\n`);
  process.exit(1);
}
