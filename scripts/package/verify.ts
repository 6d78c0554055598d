import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { declarations, writeDeclarations } from './declarations.ts';
import { output, root } from './layout.ts';
import { readManifest, writeManifest } from './manifest.ts';

const formats = [
  { format: 'esm', module: 'mjs', types: 'd.mts' },
  { format: 'cjs', module: 'cjs', types: 'd.cts' },
] as const;

/**
 * Builds `pawl-verify`: an ES module, a CommonJS module, and types for both. The code stays readable, for debugging.
 * aws-jwt-verify stays outside, so that its fixes reach a service without a new release of Pawl.
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
}
