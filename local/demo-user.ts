import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError } from './errors.ts';
import { objectOf } from './json.ts';

const TIMEOUT_MS = 30_000;
/** The CLI's message for an existing username. */
const EXIT_EXISTS = 3;

/** A user to try the service with; the password is unknown if another run created the user. */
export interface DemoUser {
  readonly username: string;
  readonly password: string | undefined;
}

/** The target of the demo user, and its name and password. */
export interface DemoUserOptions {
  readonly root: string;
  readonly tableName: string;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly username: string;
  /** @default the one in the data directory, otherwise a random one */
  readonly password: string | undefined;
  readonly dataDir: string | undefined;
}

/** Creates the demo user through the CLI, as an operator would. An existing user is not changed. */
export async function ensureDemoUser(options: DemoUserOptions): Promise<DemoUser> {
  const { username, dataDir } = options;
  const path = dataDir === undefined ? undefined : join(dataDir, 'demo-user.json');
  const kept = path !== undefined && existsSync(path) ? objectOf(JSON.parse(readFileSync(path, 'utf8'))) : {};
  const keptPassword = kept.username === username ? String(kept.password) : undefined;
  const password = options.password ?? keptPassword ?? randomBytes(12).toString('base64url');
  const created = await addUser(options, password);
  if (created && path !== undefined) writeFileSync(path, JSON.stringify({ username, password }), { mode: 0o600 });
  return { username, password: created ? password : (options.password ?? keptPassword) };
}

function addUser({ root, tableName, endpoints, username }: DemoUserOptions, password: string): Promise<boolean> {
  const args = [
    join(root, 'cli/main.ts'),
    'users',
    'add',
    username,
    '--table',
    tableName,
    '--scope',
    'read write',
    '--password-stdin',
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...endpoints, PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let fault = '';
  child.stderr.on('data', (chunk: Buffer) => {
    fault += chunk.toString('utf8');
  });
  child.stdin.on('error', () => {}); // it may refuse before it reads
  child.stdin.end(`${password}\n`);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 || code === EXIT_EXISTS) resolve(code === 0);
      else reject(new LocalError(`the demo user was not created: ${fault.trim() || `the CLI ended with ${code}`}`));
    });
  });
}
