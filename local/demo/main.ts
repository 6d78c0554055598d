import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../cloudformation/synth.ts';
import { ensureDemoUser } from '../demo-user.ts';
import { LocalError, messageOf } from '../errors.ts';
import { startLocal } from '../service.ts';
import { Actor } from './actor.ts';
import { mayUseColours, Page, StoryError } from './page.ts';
import { tell } from './story.ts';

const usage = `npm run demo

Shows the protocol step by step on a separate local service, and checks each step.`;

for (const arg of process.argv.slice(2)) {
  const isHelp = arg === '--help' || arg === '-h';
  if (isHelp) process.stdout.write(`${usage}\n`);
  else process.stderr.write(`demo: Unknown option '${arg}'\n`);
  process.exit(isHelp ? 0 : 2);
}

/** `npm run demo`: runs the protocol's story on its own local service, and checks every step. */

const TIMEOUT_MS = 300_000;

const root = join(import.meta.dirname, '../..');
const cleanups: (() => void | Promise<void>)[] = [];
let ending = false;

// The functions' threads share the process's time zone, which on AWS is UTC.
process.env.TZ = 'UTC';

async function main(page: Page): Promise<void> {
  const began = performance.now();
  page.line('Pawl, step by step: real requests to a local service with default settings.');
  page.line('Nothing waits: to let time pass, the demo moves the clock of the service forward.');
  page.line('Building, synthesizing and starting the service ...');
  const assembly = mkdtempSync(join(tmpdir(), 'pawl-demo-'));
  cleanups.push(() => rmSync(assembly, { recursive: true, force: true }));
  const synthesis = synthesize(root, assembly, []);
  cleanups.push(synthesis.stop);
  await synthesis.done;

  const service = await startLocal({ cloudAssembly: assembly });
  cleanups.push(service.stop);
  void service.failed.then((why) => {
    if (why !== undefined) void end(1, why);
  });
  const { tableName, endpoints, url } = service;
  const username = 'demo@example.com';
  const user = await ensureDemoUser({ root, tableName, endpoints, username, password: undefined, dataDir: undefined });
  if (user.password === undefined) throw new LocalError('the demo user already existed');
  page.line(`Ready at ${url}`);

  const actor = new Actor(page, service);
  cleanups.push(() => actor.close());
  await tell(page, actor, { username, password: user.password });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  page.line(`\nAll ${page.checks} checks held (${seconds} s). The rules behind each step: docs/protocol.md`);
}

/** Stops everything, prints the error if there is one, and ends the process. */
async function end(code: number, why?: string): Promise<void> {
  if (ending) return;
  ending = true;
  if (why !== undefined) process.stderr.write(`Demo: ${why}\n`);
  // A hanging part must not block the terminal; the embedded database ends with this process in any case.
  setTimeout(() => process.exit(code), 5_000).unref();
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      process.stderr.write(`Demo: while stopping: ${messageOf(error)}\n`);
    }
  }
  process.exit(code);
}

function fail(error: unknown): void {
  const told = error instanceof StoryError || error instanceof LocalError;
  // Unexpected errors keep their stack trace; an error that the reader can act on is one line.
  void end(1, told ? error.message : ((error as Error).stack ?? String(error)));
}

process.on('SIGINT', () => void end(130));
process.on('SIGTERM', () => void end(143));
process.on('SIGHUP', () => void end(129));
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// The reader has closed the pipe, as in `npm run demo | head`.
process.stdout.on('error', () => void end(1));
setTimeout(() => void end(1, `not finished after ${TIMEOUT_MS / 1000} seconds`), TIMEOUT_MS).unref();

const colours = mayUseColours(process.stdout.isTTY === true, process.env);
try {
  await main(new Page({ write: (text) => process.stdout.write(text), colours }));
  await end(0);
} catch (error) {
  fail(error);
}
