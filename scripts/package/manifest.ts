import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './layout.ts';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Writes the manifest, README and license of a package. In the repository a workspace is `private` and its entries are
 * its sources; `publishConfig` has the entries of the package.
 *
 * @param folder folder of the repository that contains the README
 * @param target folder of the package
 */
export function writeManifest(
  folder: string,
  target: string,
  { private: _, publishConfig, ...manifest }: Manifest,
): void {
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...manifest, ...publishConfig }, undefined, 2)}\n`);
  copyFileSync(join(root, folder, 'README.md'), join(target, 'README.md'));
  copyFileSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
}
