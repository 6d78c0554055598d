import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../build.ts';
import { bundleCommandLine } from './command-line.ts';
import { compileConstructs, copyCompiled } from './jsii.ts';
import { output, root } from './layout.ts';
import { writeManifest } from './manifest.ts';
import { pawlManifest } from './pawl-manifest.ts';

/** The compiled copy of the constructs. Packages for other languages are generated from it. */
export const jsiiProject = join(root, 'dist/jsii');

/**
 * Builds `pawl`: the constructs as CommonJS with types and `.jsii`, the functions, the command line and API.md.
 *
 * @param target folder of the package
 * @throws Error when the constructs do not compile under jsii, or a function exceeds its size budget
 */
export async function buildPawl(target = join(output, 'pawl')): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  const manifest = pawlManifest();
  writeManifest('lib', target, manifest);
  await Promise.all([
    compileConstructs(jsiiProject, manifest),
    build({ output: join(target, 'dist') }),
    bundleCommandLine(join(target, 'cli/pawl.mjs')),
  ]);
  copyCompiled(jsiiProject, target);
}
