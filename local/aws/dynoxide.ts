import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalError, messageOf } from '../errors.ts';
import { callDynamoDb } from './dynamodb-call.ts';
import type { DynamoDb } from './engine.ts';

const READY_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 3_000;

/**
 * A background reader holds this process's pipe. When this process ends, even if killed, the pipe closes and the reader
 * stops the engine, which replaced the shell's process. A line instead of an end means that the engine has already
 * ended.
 */
const LEASH = 'exec 3<&0; ( read -r line <&3 || kill -KILL $$ ) >/dev/null 2>&1 & exec "$@" 0</dev/null 3<&-';

/**
 * Starts dynoxide. It cannot choose a free port itself, and another program may take the chosen port first; in that
 * case the next one is tried.
 */
export async function startDynoxide(binary: string, dataDir: string | undefined): Promise<DynamoDb> {
  let fault = '';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const started = await tryStart(binary, await freePort(), dataDir);
    if (typeof started !== 'string') return started;
    fault = started;
  }
  throw new LocalError(`the database did not start: ${fault}`);
}

async function tryStart(binary: string, port: number, dataDir: string | undefined): Promise<DynamoDb | string> {
  const path = dataDir === undefined ? [] : ['--db-path', join(dataDir, 'dynoxide.db')];
  // A separate process group: Ctrl-C in the terminal stops this process, which then stops the engine.
  const child = spawn('/bin/sh', ['-c', LEASH, 'dynoxide', binary, 'serve', '--port', String(port), ...path], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: {},
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-2_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.on('error', () => {}); // the reader may be gone first
  let stopping = false;
  let gone = false;
  const exited = new Promise<string | undefined>((resolve) => {
    const end = (why: string): void => {
      gone = true;
      child.stdin.end('ended\n');
      resolve(stopping ? undefined : why);
    };
    child.once('error', (error) => end(messageOf(error)));
    child.once('exit', (code, signal) => end(`the database ended (${signal ?? `exit code ${code}`})`));
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!gone && performance.now() < deadline) {
    // Requires its own line as well as a response, because another program may answer on that port.
    if (output.includes('listening on') && (await answers(endpoint)) && !gone) {
      return {
        endpoint,
        engine: 'dynoxide',
        ...(child.pid === undefined ? {} : { pid: child.pid }),
        exited,
        stop: async () => {
          stopping = true;
          await stop(child, exited);
        },
      };
    }
    await delay(10);
  }
  stopping = true;
  if (!gone) await stop(child, exited);
  return output.trim().split('\n').at(-1) || `no answer within ${READY_TIMEOUT_MS / 1000} seconds`;
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(hard);
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await callDynamoDb(endpoint, 'ListTables', {});
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
