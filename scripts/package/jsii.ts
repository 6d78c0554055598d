import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { peerFloors } from '../../lib/peers.ts';
import { root } from './layout.ts';
import { type Manifest, writeManifest } from './manifest.ts';

/** Folders that are compiled to CommonJS: the constructs, and the names that they share with the functions. */
const sources = ['lib/*.ts', 'lambda/contract/*.ts'];

/**
 * Adapts the sources for jsii's compiler, which is TypeScript 6 without this repository's options. Imports have no
 * extension, and a CommonJS module uses `__dirname` and `__filename`.
 */
export function toCommonJsSource(code: string): string {
  return code
    .replace(/((?:from|import) ')(\.[^']+)\.ts'/g, "$1$2'")
    .replaceAll('import.meta.dirname', '__dirname')
    .replaceAll('import.meta.url', '__filename');
}

/** Runs a tool of node_modules with this Node. @throws Error with the tool's output */
async function tool(name: string, args: readonly string[], cwd: string): Promise<void> {
  const file = join(root, `node_modules/${name}/bin/${name}`);
  await promisify(execFile)(process.execPath, [file, ...args], { cwd, maxBuffer: 1e8 }).catch(
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`${name} failed:\n${stdout}${stderr}`);
    },
  );
}

/**
 * Compiles a copy of the constructs with jsii and writes their API.md.
 *
 * @param target folder of the copy; the compiled modules, their types, `.jsii` and API.md are written there too
 */
export async function compileConstructs(target: string, manifest: Manifest): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const path of globSync(sources, { cwd: root })) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), toCommonJsSource(readFileSync(join(root, path), 'utf8')));
  }
  // jsii requires the lowest peer versions as exact devDependencies. It compiles against those of the root.
  writeManifest('lib', target, { ...manifest, devDependencies: { ...peerFloors } });
  mkdirSync(join(target, 'node_modules'));
  for (const name of Object.keys(peerFloors)) {
    symlinkSync(join(root, 'node_modules', name), join(target, 'node_modules', name));
  }
  await tool('jsii', [], target);
  await tool('jsii-docgen', ['--output', 'API.md'], target);
}

/** Removes jsii's inline source maps. They double the size of a module, which is readable without them. */
const withoutSourceMap = (code: string) => code.replace(/^\/\/# sourceMappingURL=.*$/m, '');

/** Copies the published files of a compiled copy, without TypeScript sources. */
export function copyCompiled(from: string, target: string): void {
  for (const path of globSync(['lib/*.{js,d.ts}', 'lambda/contract/*.{js,d.ts}', '.jsii', 'API.md'], { cwd: from })) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), withoutSourceMap(readFileSync(join(from, path), 'utf8')));
  }
}
