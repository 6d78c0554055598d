/** Builds `pawl/verify` for services outside the stack: an ES module, a CommonJS module, and types for both. */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build as bundle } from 'esbuild';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');

/** Extension of modules and of their types, by format. */
const formats = [
  { format: 'esm', module: 'mjs', types: 'd.mts' },
  { format: 'cjs', module: 'cjs', types: 'd.cts' },
] as const;

/**
 * Writes `index.mjs`, `index.cjs` and their types. Readable, for whoever debugs into it; aws-jwt-verify stays outside,
 * so that a fix of it reaches a service without a new release of ours.
 *
 * @param output directory
 * @default `dist/verify`
 * @throws Error when the types do not compile or would need a file that is not in the package
 */
export async function buildVerify(output = join(root, 'dist/verify')): Promise<void> {
  const types = await declarations();
  for (const { format, module, types: extension } of formats) {
    const { outputFiles } = await bundle({
      entryPoints: [join(root, 'verify/index.ts')],
      absWorkingDir: root,
      bundle: true,
      write: false,
      format,
      platform: 'node',
      target: 'node20',
      external: ['aws-jwt-verify', 'aws-jwt-verify/*'],
      legalComments: 'none',
      logLevel: 'error',
    });
    for (const { contents } of outputFiles) writeIfChanged(join(output, `index.${module}`), contents);
    for (const [name, text] of types) {
      const own = text.replace(/(from ')(\.\/[\w-]+)\.[jt]s'/g, `$1$2.${module}'`);
      writeIfChanged(join(output, `${name}.${extension}`), Buffer.from(own));
    }
  }
}

/** The compiler's declarations of verify/, by name. */
async function declarations(): Promise<ReadonlyMap<string, string>> {
  const scratch = mkdtempSync(join(tmpdir(), 'pawl-types-'));
  try {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', join(root, 'verify'), '--outDir', scratch]).catch(
      ({ stdout, message }: Error & { stdout?: string }) => {
        throw new Error(`the types of verify do not compile:\n${stdout || message}`);
      },
    );
    const found = globSync('verify/*.d.ts', { cwd: scratch }).sort();
    const all = new Map(
      found.map((path) => [basename(path, '.d.ts'), readFileSync(join(scratch, path), 'utf8')] as const),
    );
    for (const [name, text] of all) {
      const outside = /from ['"](?!\.\/)[^'"]+['"]/.exec(text);
      if (outside) throw new Error(`the types of verify/${name}.ts need something outside the package: ${outside[0]}`);
    }
    return all;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
