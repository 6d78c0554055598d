import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Stranger } from './stranger.ts';

const root = join(import.meta.dirname, '../../..');

/** The compilers that a consumer may have, by the folder that holds them. */
export const compilers = { 7: 'node_modules/typescript', 6: 'node_modules/jsii/node_modules/typescript' } as const;

/**
 * Compiles files as a consumer would, with nothing of Node's types and every library checked.
 *
 * @param extra compiler options on top of those
 * @returns what the compiler says; empty when it is content
 */
export function compile(
  consumer: Stranger,
  files: Readonly<Record<string, string>>,
  extra: object = {},
  compiler: string = compilers[7],
): string {
  for (const [name, text] of Object.entries(files)) consumer.write(name, text);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    module: 'nodenext',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    ...extra,
  };
  consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const tsc = resolve(root, compiler, 'bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', consumer.folder], { encoding: 'utf8' });
  return stdout + stderr;
}
