import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, run } from './command.ts';

const emulatorAndLinter: Requirements = {
  file: join(import.meta.dirname, './requirements.txt'),
  cache: join(import.meta.dirname, '../../.pawl/deploy'),
};
const oldest = [3, 11] as const;

/** Python is missing or unusable. The message says what to do. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

/** Pinned packages, and the directory below `.pawl` that holds them. */
export interface Requirements {
  readonly file: string;
  readonly cache: string;
}

/**
 * The interpreter of a virtual environment that has all requirements. The environment is kept in `.pawl/` and is
 * created again only when the requirements or the Python version change.
 *
 * @param requirements @default those of `npm run test:deploy` and `npm run lint:template`
 * @throws PythonError
 */
export async function pythonEnvironment(
  env: NodeJS.ProcessEnv,
  { file, cache }: Requirements = emulatorAndLinter,
): Promise<string> {
  const version = await pythonVersion(env);
  const digest = createHash('sha256').update(version).update(readFileSync(file)).digest('hex').slice(0, 12);
  const directory = join(cache, `python-${digest}`);
  const interpreter = join(directory, 'bin/python');
  if (existsSync(interpreter)) return interpreter;

  mkdirSync(cache, { recursive: true });
  const draft = `${directory}.${process.pid}`;
  try {
    await run('python3', ['-m', 'venv', draft], { env, timeoutMs: 120_000 });
    const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input'];
    // --no-deps installs only pinned packages. The check reports missing ones.
    const install = [...pip, 'install', '--quiet', '--no-deps', '--requirement', file];
    await run(join(draft, 'bin/python'), install, { env, timeoutMs: 600_000 });
    await run(join(draft, 'bin/python'), [...pip, 'check'], { env, timeoutMs: 60_000 });
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw new PythonError(`the Python environment cannot be made: ${(error as Error).message}`);
  }
  // Rename it as a whole, so that no run sees a partial environment.
  renameSync(draft, directory);
  for (const name of readdirSync(cache)) {
    if (/^python-[0-9a-f]{12}$/.test(name) && name !== `python-${digest}`) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
  return interpreter;
}

async function pythonVersion(env: NodeJS.ProcessEnv): Promise<string> {
  const wanted = `Python ${oldest.join('.')} or newer is needed, as python3 on the PATH, with its venv module`;
  const script = 'import ensurepip, platform, venv; print(platform.python_version())';
  try {
    const { output } = await run('python3', ['-c', script], { env, timeoutMs: 30_000 });
    const version = output.trim();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major !== oldest[0] || minor < oldest[1]) throw new PythonError(`${wanted}; this is ${version}`);
    return version;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const hint = 'On Debian and Ubuntu: apt install python3 python3-venv';
    throw new PythonError(`${wanted}. ${hint}\n${error.message}`);
  }
}
