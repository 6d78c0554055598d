import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../local/clock.ts';
import { synthesize } from '../../local/cloudformation/synth.ts';
import { type LocalService, startLocal } from '../../local/service.ts';
import { CommandLine } from '../../scripts/command-line.ts';
import { exitOnSignals } from '../../scripts/exit-on-signals.ts';
import { must, subjectOf, type Target, Violation } from '../../smoke/check.ts';
import { publishedKeys } from '../../smoke/published.ts';
import { smokeStep } from '../../smoke/step.ts';
import { CommandError, endCommands } from '../command.ts';
import { neutralEnvironment } from '../environment.ts';
import { Progress } from '../progress.ts';
import { PythonError, pythonEnvironment } from '../python.ts';
import { addUser } from '../users.ts';
import { MotoAccount } from './account.ts';
import { type MotoServer, startMoto } from './server.ts';

new CommandLine(
  'test:moto',
  'npm run test:moto\n\nRuns the service of this tree against moto, a second AWS emulator. Needs Python 3.',
).parse({});

/**
 * `npm run test:moto`: runs the functions of this tree behind the local gateway. The table, the secrets, the parameter
 * and the event bus are in moto, which is independent of the emulator of `npm run test:deploy`.
 */

const root = join(import.meta.dirname, '../..');
const requirements = { file: join(import.meta.dirname, 'requirements.txt'), cache: join(root, '.pawl/moto') };
const origin = 'https://app.example.com';
const month = 31 * 24 * 3600;
/** The function that publishes the keys caches them for a minute. */
const metadataCacheSeconds = 61;

const home = mkdtempSync(join(tmpdir(), 'pawl-moto-'));
const progress = new Progress((text) => process.stdout.write(text));
let moto: MotoServer | undefined;
let stopSynthesis = () => {};

process.once('exit', () => {
  endCommands();
  stopSynthesis();
  moto?.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
});
exitOnSignals();

async function main(): Promise<void> {
  const python = await progress.step('Python environment', () =>
    pythonEnvironment(neutralEnvironment(home), requirements),
  );
  const server = await progress.step(
    'moto on loopback',
    () => startMoto(python, home),
    ({ endpoint }) => endpoint,
  );
  moto = server;
  const cloudAssembly = join(home, 'cdk.out');
  await progress.step('cdk synth', () => {
    const synthesis = synthesize(root, cloudAssembly, [`allowedOrigins=${origin}`]);
    stopSynthesis = synthesis.stop;
    return synthesis.done;
  });
  const account = new MotoAccount(server.endpoint);
  const service = await progress.step(
    'the stack, its data in moto',
    () => startLocal({ cloudAssembly, clock: createClock(), account, dynamodbEndpoint: server.endpoint }),
    () => account.created.map((type) => type.replace('AWS::', '')).join(', '),
  );
  try {
    await rehearse(service, account);
  } finally {
    await service.stop();
  }
}

async function rehearse(service: LocalService, account: MotoAccount): Promise<void> {
  const user = { username: 'moto@example.com', password: `Mooring line ${randomBytes(12).toString('base64url')}` };
  const target: Target = { url: service.url, origin, credentials: user, differences: new Set(['plain-http']) };
  await progress.step('a user from the command line', () =>
    addUser(user, service.tableName, { ...neutralEnvironment(home), ...service.endpoints }),
  );
  await smokeStep(progress, 'end-to-end suite', target);
  await progress.step(
    'events reached the bus',
    async () => {
      const count = await account.events();
      must(count > 0, 'the bus has received no event');
      return count;
    },
    (count) => `${count} events`,
  );
  await progress.step('the keys rotate when their month is over', async () => {
    const before = await publishedKeys(subjectOf(target));
    service.advance(month);
    const outcome = await service.invoke('TokenServiceKeyRotation', { force: false });
    must(outcome.ok, 'the rotation failed');
    const outcomes = (outcome.payload as readonly { outcome: string }[]).map((report) => report.outcome).join();
    must(outcomes === 'rotated,rotated', `the outcome of the rotation is: ${outcomes}`);
    service.advance(metadataCacheSeconds);
    const after = await publishedKeys(subjectOf(target));
    must(after.length === before.length + 1, `${after.length} keys are published after the rotation`);
  });
  await smokeStep(progress, 'end-to-end suite with the new keys', target);
  const faults = service.logs.filter(({ line }) => line.includes('"level":"error"'));
  must(faults.length === 0, `a function logged an error: ${faults[0]?.line}`);
}

try {
  await main();
  process.stdout.write(`\n${progress.summary()}\n`);
} catch (error) {
  const { message, stack } = error as Error;
  // Findings and known errors need no stack trace. Unexpected errors do.
  const known = [Violation, CommandError, PythonError].some((kind) => error instanceof kind);
  process.stderr.write(`\n${known ? message : (stack ?? message)}\n`);
  if (moto !== undefined) process.stderr.write(`\nLast lines of moto's log:\n${moto.logTail()}\n`);
  process.stderr.write(`\n${progress.summary()}\n`);
  process.exitCode = 1;
}
// A hanging thread must not keep the command running.
setTimeout(() => process.exit(), 5000).unref();
