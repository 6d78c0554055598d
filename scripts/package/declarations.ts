import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './layout.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/**
 * Compiles the declarations of a workspace. Returns them by module name.
 *
 * @param folder with a tsconfig.json
 * @param sources folder of the modules, relative to the repository
 * @param external packages that the declarations may import from
 * @throws Error when the workspace does not compile, or when its types need a file outside the package
 */
export async function declarations(
  folder: string,
  sources: string,
  external: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const scratch = mkdtempSync(join(tmpdir(), 'pawl-types-'));
  try {
    const emit = [
      '--noEmit',
      'false',
      '--declaration',
      '--emitDeclarationOnly',
      '--rewriteRelativeImportExtensions',
      '--stripInternal',
    ];
    const args = ['-p', join(root, folder), '--rootDir', root, '--outDir', scratch, ...emit];
    await promisify(execFile)(process.execPath, [tsc, ...args]).catch(
      ({ stdout, message }: Error & { stdout?: string }) => {
        throw new Error(`the types of ${folder} do not compile:\n${stdout || message}`);
      },
    );
    const found = globSync(`${sources}/*.d.ts`, { cwd: scratch }).sort();
    const all = new Map(
      found.map((path) => [basename(path, '.d.ts'), readFileSync(join(scratch, path), 'utf8')] as const),
    );
    for (const [name, text] of all) {
      for (const [, module = ''] of text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
        if (/^\.\/[\w-]+\.[jt]s$/.test(module) || external.includes(module)) continue;
        throw new Error(`the types of ${sources}/${name}.ts need something outside the package: ${module}`);
      }
    }
    return all;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Writes declarations whose relative imports have another extension, as `.mts` and `.cts` files need. */
export function writeDeclarations(
  all: ReadonlyMap<string, string>,
  target: string,
  { module, types }: { readonly module: string; readonly types: string },
): void {
  for (const [name, text] of all) {
    const own = text.replace(/(['"])(\.\/[\w-]+)\.[jt]s\1/g, `$1$2.${module}$1`);
    writeFileSync(join(target, `${name}.${types}`), own);
  }
}
