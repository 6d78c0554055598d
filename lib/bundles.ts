import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functions } from '../lambda/contract/functions.ts';
import { SettingsError } from './settings-reader.ts';

const root = join(import.meta.dirname, '..');

/** Directory of the built functions, written by `npm run build` and included in the package. */
export const defaultBundles = join(root, 'dist');

/** File beside the bundles that records what they were built from. */
export const stampFile = 'built.json';

export interface Stamp {
  /** {@link contractFingerprint} of the constructs that the functions were built for. */
  readonly contract: string;
  /** SHA-256 of each source file, by function and by path in the repository. */
  readonly sources: Readonly<Partial<Record<FunctionName, Readonly<Record<string, string>>>>>;
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

/** The contract between constructs and functions: the functions, and the names in their environments. */
export function contractFingerprint(): string {
  const rows = Object.entries(functions).map(([name, { entry, env }]) => [name, entry, Object.keys(env).sort()]);
  return sha256(JSON.stringify(rows));
}

/** SHA-256 of a source file of the repository; undefined if there is no such file. */
export function sourceFingerprint(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? sha256(readFileSync(file)) : undefined;
}

/**
 * Checks that the built functions exist and match these constructs. In the repository, they must also be as new as
 * their sources, which the package does not contain.
 *
 * @throws SettingsError
 */
export function requireBundles(directory: string, names: readonly FunctionName[]): void {
  const fault = bundleFault(directory, names);
  if (fault === undefined) return;
  const remedy = "run `npm run build` in Pawl's repository; elsewhere leave out the prop bundles, or reinstall pawl";
  throw new SettingsError([`bundles: ${fault}: ${remedy}`]);
}

function bundleFault(directory: string, names: readonly FunctionName[]): string | undefined {
  if (!existsSync(directory)) return `${directory} does not exist`;
  const missing = names.map((name) => join(functions[name].entry, 'index.js'));
  const absent = missing.filter((path) => !existsSync(join(directory, path)));
  if (absent.length > 0) return `${directory} has no ${absent.join(', ')}`;
  const stamp = readStamp(directory);
  if (stamp?.contract !== contractFingerprint()) return `${directory} was built for another version of the constructs`;
  if (!existsSync(join(root, 'lambda/handlers'))) return undefined;
  const changed = names.flatMap((name) =>
    Object.entries(stamp.sources[name] ?? {}).flatMap(([path, hash]) =>
      sourceFingerprint(path) === hash ? [] : [path],
    ),
  );
  return changed.length > 0 ? `${directory} is older than ${changed[0]}` : undefined;
}

/** @returns undefined if there is none, or it cannot be read */
export function readStamp(directory: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, stampFile), 'utf8')) as Stamp;
  } catch {
    return undefined;
  }
}
