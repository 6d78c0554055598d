import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endGroup, tail } from './command.ts';
import { account, neutralEnvironment } from './environment.ts';

/** A running AWS emulator. */
export interface Emulator {
  readonly endpoint: string;
  /** The last lines of its log, to report with a failure. */
  logTail(): string;
  /** Stops the emulator and the functions that it runs. */
  stop(): Promise<void>;
  /** Stops them synchronously, for `process.on('exit')`. */
  kill(): void;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/**
 * Starts the emulator on a free loopback port, with permissions enforced, and waits until it is ready.
 *
 * @param python - interpreter that has it installed
 * @param home - directory for its files and its log
 */
export async function startEmulator(python: string, home: string): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const files = join(home, 'emulator');
  mkdirSync(files, { recursive: true });
  const log = join(home, 'emulator.log');
  writeFileSync(log, '');
  const child = spawn(python, [join(import.meta.dirname, 'emulator.py')], {
    cwd: files,
    // Its own process group, so that a signal reaches the functions too. The emulator also ends when its standard input
    // closes, so it does not outlive this process even if this process is killed.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...neutralEnvironment(home),
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: account.accessKey,
      AWS_SECRET_ACCESS_KEY: account.secretKey,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: `${port}`,
      IOT_MTLS_ENABLED: '0',
      LAMBDA_EXECUTOR: 'local',
      MINISTACK_ACCOUNT_ID: account.id,
      MINISTACK_HOST: 'localhost',
      MINISTACK_REGION: account.region,
      // The functions inherit it. They fetch the issuer's keys from the API's own host name.
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'localhost-names.mjs'))}`,
      S3_DATA_DIR: join(files, 's3'),
      STATE_DIR: join(files, 'state'),
      TMPDIR: files,
    },
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const emulator: Emulator = {
    endpoint,
    logTail: () => tail(readFileSync(log, 'utf8').replace(/^.*worker spawned for.*\n/gm, '')),
    kill: () => endGroup(child, 'SIGKILL'),
    stop: async () => {
      const late = setTimeout(() => endGroup(child, 'SIGKILL'), stopTimeoutMs);
      endGroup(child, 'SIGTERM');
      await exited;
      clearTimeout(late);
      // Kills any functions that are still running.
      endGroup(child, 'SIGKILL');
    },
  };
  try {
    await ready(child, (text) => writeFileSync(log, text, { flag: 'a' }));
  } catch (error) {
    emulator.kill();
    throw new Error(`${(error as Error).message}\n${emulator.logTail()}`);
  }
  return emulator;
}

/** Waits for the line that reports that the server is listening. */
function ready(child: ChildProcess, write: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the emulator was not ready within ${startTimeoutMs / 1000} s`)),
      startTimeoutMs,
    );
    const settle = (end: () => void) => {
      clearTimeout(timer);
      end();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code) => settle(() => reject(new Error(`the emulator ended with ${code}`))));
    let seen = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        write(text);
        seen = (seen + text).slice(-2000);
        if (/Running on http/.test(seen)) settle(resolve);
      });
    }
  });
}

/** A free loopback port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
