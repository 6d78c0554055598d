import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStartOptions, type StartOptions, usage } from './arguments.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { synthesize } from './cloudformation/synth.ts';
import { takeDataDir } from './data-dir.ts';
import { ensureDemoUser } from './demo-user.ts';
import { LocalError, messageOf } from './errors.ts';
import { startGateway } from './gateway/gateway.ts';
import { withWebOrigins } from './gateway/web-origins.ts';
import { instructions } from './instructions.ts';
import { printedLine } from './log-lines.ts';
import { playgroundPages, playgroundSettings } from './playground/pages.ts';
import type { LogLine } from './runtime/functions.ts';
import { startLocal } from './service.ts';
import { settingsInEffect, settingsOf } from './settings-in-effect.ts';

/** `npm start`: synthesizes the stack, serves it on this machine, and prints how to try it. */

const root = join(import.meta.dirname, '..');
const cleanups: (() => void | Promise<void>)[] = [];
let ending = false;

// The functions' threads share the process's time zone, which on AWS is UTC.
process.env.TZ = 'UTC';

async function main(options: StartOptions): Promise<void> {
  if (options.dataDir !== undefined) cleanups.push(takeDataDir(options.dataDir));
  // Check before the slow part. If another program takes the port in the meantime, the second check reports it.
  const trial = await startGateway(options.port);
  await trial.stop();
  const { port } = trial;
  const assembly = mkdtempSync(join(tmpdir(), 'pawl-'));
  cleanups.push(() => rmSync(assembly, { recursive: true, force: true }));

  const began = performance.now();
  process.stdout.write('Building and synthesizing the stack (cdk synth) ...\n');
  const synthesis = synthesize(root, assembly, withWebOrigins(options.context, port, root), options.app);
  cleanups.push(synthesis.stop);
  await synthesis.done;
  process.stdout.write(`Deploying it on this machine (${seconds(began)} s so far) ...\n`);

  let ready = false;
  const onLog = (logged: LogLine): void => {
    if (ready) process.stdout.write(`${printedLine(logged, options.json)}\n`);
  };
  const { dataDir, dynamodbEndpoint, resetIdleMs } = options;
  const service = await startLocal({
    cloudAssembly: assembly,
    port,
    name: 'localhost',
    onLog,
    countTableCalls: true,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint }),
    ...(resetIdleMs === undefined ? {} : { resetIdleMs }),
  });
  cleanups.push(service.stop);
  void service.failed.then((why) => {
    if (why !== undefined) void end(1, why);
  });
  const { url, tableName, endpoints } = service;
  const demo = { username: options.demoUsername, password: options.demoPassword, dataDir };
  const user = await ensureDemoUser({ root, tableName, endpoints, ...demo });
  service.openPages(await playgroundPages(playgroundSettings(service, user), service));
  if (ending) return;
  ready = true;
  process.stdout.write(`Ready after ${seconds(began)} s.\n\nPawl is ready at ${url}\n`);
  const settings = settingsOf(readAssembly(assembly).template);
  const graceSeconds = Number(settings.get('graceSeconds'));
  process.stdout.write(`\n${settingsInEffect(settings)}\n${instructions({ url, user, graceSeconds })}\n`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

/** Stops everything, prints the error if there is one, and ends the process. */
async function end(code: number, why?: string): Promise<void> {
  if (ending) return;
  ending = true;
  if (why !== undefined) process.stderr.write(`Pawl: ${why}\n`);
  // A hanging part must not block the terminal; the embedded database ends with this process in any case.
  setTimeout(() => process.exit(code), 5_000).unref();
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      process.stderr.write(`Pawl: while stopping: ${messageOf(error)}\n`);
    }
  }
  if (code === 0) process.stdout.write('Stopped.\n');
  process.exit(code);
}

function fail(error: unknown): void {
  // Unexpected errors keep their stack trace; an error that the user can act on is one line.
  void end(1, error instanceof LocalError ? error.message : ((error as Error).stack ?? String(error)));
}

process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));
process.on('SIGHUP', () => void end(0));
if (process.env.npm_lifecycle_event !== undefined) {
  // npm sends the signal to the shell between npm and this process, which does not forward it. The end of the shell is
  // the signal.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end(0);
  }, 250).unref();
}
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

try {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else await main(options);
} catch (error) {
  fail(error);
}
