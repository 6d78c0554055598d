import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError, messageOf } from './errors.ts';

/**
 * Locks the data directory of a local run for this process, because two services would overwrite each other's state.
 *
 * @returns a function that releases the lock
 * @throws LocalError if the directory is not writable, or a running process has locked it
 */
export function takeDataDir(directory: string): () => void {
  const lock = join(directory, 'lock');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new LocalError(`PAWL_DATA_DIR ${directory} cannot be used: ${messageOf(error)}`);
  }
  const owner = ownerOf(lock);
  if (owner !== undefined && isRunning(owner)) {
    throw new LocalError(
      `PAWL_DATA_DIR ${directory} is in use by process ${owner}: stop it, or choose another directory`,
    );
  }
  // The lock of a killed process.
  if (owner !== undefined) rmSync(lock, { force: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new LocalError(`PAWL_DATA_DIR ${directory} cannot be locked: ${messageOf(error)}`);
  }
  return () => rmSync(lock, { force: true });
}

function ownerOf(lock: string): number | undefined {
  try {
    // A lock without a readable number has no owner.
    return Number(readFileSync(lock, 'utf8')) || 0;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process is running and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
