import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/pawl-assemblies');
const LOCK_TIMEOUT_MS = 120_000;
const KEEP_MS = 60 * 60_000;

/**
 * Builds the bundles and synthesizes the stack. The result is cached under a hash of the sources and the settings, so
 * that all test files and processes share one build.
 *
 * @param context as for `cdk synth -c`
 * @returns the directory of the cloud assembly
 */
export async function synthesizedStack(context: Readonly<Record<string, string>> = {}): Promise<string> {
  const assembly = join(cache, hashOf(context));
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, 'lock');
  const deadline = performance.now() + LOCK_TIMEOUT_MS;
  while (!existsSync(assembly)) {
    if (performance.now() > deadline)
      throw new Error(`${lock} was held for ${LOCK_TIMEOUT_MS / 1000} seconds; remove it`);
    if (!take(lock)) {
      await delay(50);
      continue;
    }
    try {
      if (!existsSync(assembly)) await synthesize(assembly, context);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return assembly;
}

async function synthesize(assembly: string, context: Readonly<Record<string, string>>): Promise<void> {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (name !== 'lock' && Date.now() - statSync(path).mtimeMs > KEEP_MS)
      rmSync(path, { recursive: true, force: true });
  }
  await build();
  const output = mkdtempSync(join(cache, 'new-'));
  const defaults = (JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context?: object }).context;
  const env = { ...process.env, CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify({ ...defaults, ...context }) };
  // Runs the app without the CDK CLI, which halves the time.
  const child = spawn(process.execPath, [join(root, 'bin/pawl.ts')], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  let fault = '';
  child.stderr.on('data', (chunk: Buffer) => {
    fault += chunk.toString('utf8');
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the app ended with ${String(code)}: ${fault}`);
  publish(output, assembly);
}

/** On a slow machine the lock may expire and another process may finish first. Its assembly is the same. */
function publish(output: string, assembly: string): void {
  try {
    renameSync(output, assembly);
  } catch (error) {
    if (!existsSync(assembly)) throw error;
    rmSync(output, { recursive: true, force: true });
  }
}

/** The process that creates the directory holds the lock. A lock whose holder was killed expires. */
function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LOCK_TIMEOUT_MS / 2) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function hashOf(context: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(context).sort()));
  const files = ['bin', 'lib', 'lambda'].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const path of [...files.sort(), join(root, 'package-lock.json'), join(root, 'cdk.json')])
    hash.update(path).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}
