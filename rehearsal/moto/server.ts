import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endGroup, tail } from '../command.ts';
import { freePort } from '../emulator.ts';
import { account, neutralEnvironment } from '../environment.ts';

/** A running moto server. */
export interface MotoServer {
  readonly endpoint: string;
  /** The last lines of its log, to report with a failure. */
  logTail(): string;
  /** Kills the server, which has nothing to save. */
  kill(): void;
}

const startTimeoutMs = 60_000;

/** Starts moto on a free loopback port and waits until it answers. @throws Error with the last lines of its log */
export async function startMoto(python: string, home: string): Promise<MotoServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(home, 'moto.log');
  writeFileSync(log, '');
  const write = (chunk: Buffer) => writeFileSync(log, chunk, { flag: 'a' });
  const child = spawn(python, [join(import.meta.dirname, 'server.py'), `${port}`], {
    cwd: home,
    // Its own process group, so that its child processes end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...neutralEnvironment(home), MOTO_ACCOUNT_ID: account.id },
  });
  child.stdout.on('data', write);
  child.stderr.on('data', write);
  const server: MotoServer = {
    endpoint,
    logTail: () => tail(readFileSync(log, 'utf8').replace(/^.*" 200 -\n/gm, '')),
    kill: () => endGroup(child, 'SIGKILL'),
  };
  try {
    await answering(child, endpoint);
  } catch (error) {
    server.kill();
    throw new Error(`${(error as Error).message}\n${server.logTail()}`);
  }
  return server;
}

async function answering(child: ChildProcess, endpoint: string): Promise<void> {
  for (const until = Date.now() + startTimeoutMs; Date.now() < until; await delay(100)) {
    if (child.exitCode !== null) throw new Error(`moto ended with exit code ${child.exitCode}`);
    const answer = await fetch(`${endpoint}/moto-api/data.json`, { signal: AbortSignal.timeout(5000) }).catch(
      () => undefined,
    );
    if (answer?.ok === true) return;
  }
  throw new Error(`moto did not answer within ${startTimeoutMs / 1000} s`);
}
