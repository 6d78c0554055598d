import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { declarations, writeDeclarations } from './declarations.ts';
import { output, root } from './layout.ts';
import { readManifest, writeManifest } from './manifest.ts';

const formats = [
  { format: 'esm', module: 'mjs', types: 'd.mts' },
  { format: 'cjs', module: 'cjs', types: 'd.cts' },
] as const;

const notice = `/* Contains parts of aws-jwt-verify. Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.
   SPDX-License-Identifier: Apache-2.0, see LICENSE-aws-jwt-verify. */`;

/**
 * Builds `pawl-verify`: an ES module and a CommonJS module for Node, an ES module for edge runtimes, and types. The
 * code is not minified, so that you can debug it. For Node, aws-jwt-verify stays a dependency, so that its fixes reach
 * a service without a new release of Pawl. For edge runtimes its parts are bundled, because the conditions of a bundler
 * decide which of its two variants is used.
 *
 * @param target folder of the package
 * @throws Error when the types do not compile or need a file that is not in the package
 */
export async function buildVerify(target = join(output, 'pawl-verify')): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  writeManifest('verify', target, readManifest('verify'));
  const types = await declarations('verify', 'verify');
  for (const { format, module, types: extension } of formats) {
    await build({
      entryPoints: [join(root, 'verify/index.ts')],
      outfile: join(target, `index.${module}`),
      absWorkingDir: root,
      bundle: true,
      format,
      platform: 'node',
      target: 'node20',
      external: ['aws-jwt-verify', 'aws-jwt-verify/*'],
      legalComments: 'none',
      logLevel: 'error',
    });
    writeDeclarations(types, target, { module, types: extension });
  }
  await build({
    entryPoints: [join(root, 'verify/index.ts')],
    outfile: join(target, 'web.mjs'),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    // Selects the `browser` variant of #platform and aws-jwt-verify. Imports of Node's modules fail the build.
    platform: 'browser',
    target: 'es2022',
    banner: { js: notice },
    legalComments: 'none',
    logLevel: 'error',
  });
  copyFileSync(join(root, 'node_modules/aws-jwt-verify/LICENSE'), join(target, 'LICENSE-aws-jwt-verify'));
}
