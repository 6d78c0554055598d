import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { declarations, writeDeclarations } from './declarations.ts';
import { output, root } from './layout.ts';
import { readManifest, writeManifest } from './manifest.ts';

/**
 * Properties that only the library's own modules use. The package has short names for them. Do not add a property that
 * an app, the wire or another tab sees, because a tab may run another release. Do not add a name that the runtime's own
 * objects have, such as `random`.
 */
const internal = [
  ...['valid', 'exclusive', 'commit', 'present', 'keep', 'forget', 'warm', 'wait', 'timeoutMs', 'answer', 'sentAt'],
  ...['core', 'carrier', 'client', 'send', 'cookie', 'run', 'stop', 'done', 'until'],
  ...['refresh', 'end', 'ms', 'known', 'current', 'onWake', 'pageHost', 'tabs', 'timer'],
];

/**
 * Builds `pawl-client`: ES modules that share their common code in chunks, the same modules as CommonJS, and types for
 * both. The code is minified, because it goes into web pages.
 *
 * @param target folder of the package
 * @throws Error when the types do not compile or need a file that is not in the package
 */
export async function buildClient(target = join(output, 'pawl-client')): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const manifest = readManifest('client');
  writeManifest('client', target, manifest);
  await build({
    entryPoints: entries(manifest.exports as Readonly<Record<string, unknown>>).map((name) =>
      join(root, `client/src/${name}.ts`),
    ),
    outdir: target,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['react'],
    minify: true,
    mangleProps: new RegExp(`^(${internal.join('|')})$`),
    legalComments: 'none',
    logLevel: 'error',
  });
  for (const path of globSync('*.js', { cwd: target })) await writeCommonJs(target, path);
  const types = await declarations('client', 'client/src', ['react']);
  writeDeclarations(types, target, { module: 'js', types: 'd.ts' });
  writeDeclarations(types, target, { module: 'cjs', types: 'd.cts' });
}

/** The module of an export path: `.` is `index`, `./cookie` is `cookie`. */
function entries(exports: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(exports)
    .filter((name) => name !== './package.json')
    .map((name) => (name === '.' ? 'index' : basename(name)));
}

/** Converts the finished ES modules, so that entries share their chunks in CommonJS too. */
async function writeCommonJs(target: string, path: string): Promise<void> {
  const { code } = await transform(readFileSync(join(target, path), 'utf8'), {
    format: 'cjs',
    target: 'es2022',
    minify: true,
  });
  const own = code.replace(/require\("(\.\/[\w-]+)\.js"\)/g, 'require("$1.cjs")');
  writeFileSync(join(target, path.replace(/\.js$/, '.cjs')), own);
}
