import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { peerFloors } from '../../lib/peers.ts';
import { root } from './layout.ts';
import { type Manifest, writeManifest } from './manifest.ts';

/** What becomes CommonJS: the constructs, and the names that they share with the functions. */
const sources = ['lib/*.ts', 'lambda/contract/*.ts'];

/**
 * The sources as jsii's compiler wants them. It is TypeScript 6 without our options: imports have no extension, and a
 * module that becomes CommonJS knows itself by `__dirname` and `__filename`.
 */
export function toCommonJsSource(code: string): string {
  return code
    .replace(/((?:from|import) ')(\.[^']+)\.ts'/g, "$1$2'")
    .replaceAll('import.meta.dirname', '__dirname')
    .replaceAll('import.meta.url', '__filename');
}

/** Runs a tool of node_modules under this Node. @throws Error with what the tool printed */
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
 * @param target folder of the copy; afterwards also of the compiled modules, their types, `.jsii` and API.md
 */
export async function compileConstructs(target: string, manifest: Manifest): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const path of globSync(sources, { cwd: root })) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), toCommonJsSource(readFileSync(join(root, path), 'utf8')));
  }
  // jsii wants the floors of the peers as exact devDependencies. What it compiles against are the root's.
  writeManifest('lib', target, { ...manifest, devDependencies: { ...peerFloors } });
  mkdirSync(join(target, 'node_modules'));
  for (const name of Object.keys(peerFloors)) {
    symlinkSync(join(root, 'node_modules', name), join(target, 'node_modules', name));
  }
  await tool('jsii', [], target);
  await tool('jsii-docgen', ['--output', 'API.md'], target);
}

/** jsii appends source maps with the sources in them, which doubles a module. The modules are readable as they are. */
const withoutSourceMap = (code: string) => code.replace(/^\/\/# sourceMappingURL=.*$/m, '');

/** Copies what is shipped of a compiled copy: no TypeScript sources. */
export function copyCompiled(from: string, target: string): void {
  for (const path of globSync(['lib/*.{js,d.ts}', 'lambda/contract/*.{js,d.ts}', '.jsii', 'API.md'], { cwd: from })) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), withoutSourceMap(readFileSync(join(from, path), 'utf8')));
  }
}
