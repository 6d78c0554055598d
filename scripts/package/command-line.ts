import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from './layout.ts';

/**
 * Node 20 has no argon2, and an ES module that imports it by name does not load there. Read as a property, it is
 * undefined, and only the command that needs it reports an error.
 */
const cryptoAsObject: Plugin = {
  name: 'crypto-as-object',
  setup(bundle) {
    bundle.onResolve({ filter: /^(node:)?crypto$/ }, () => ({ path: 'crypto', namespace: 'builtin' }));
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, () => ({
      contents: `module.exports = process.getBuiltinModule('node:crypto');`,
    }));
  },
};

/**
 * Bundles the command line into one ES module that runs on Node 20 and newer without dependencies.
 *
 * @param file path of the module
 */
export async function bundleCommandLine(file: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'cli/main.ts')],
    outfile: file,
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    banner: {
      // CommonJS packages call `require` for Node's built-in modules.
      js: `#!/usr/bin/env node\nimport { createRequire as pawlRequire } from 'node:module'; const require = pawlRequire(import.meta.url);`,
    },
    plugins: [cryptoAsObject],
    define: { 'import.meta.main': 'true' },
  });
  chmodSync(file, 0o755);
}
