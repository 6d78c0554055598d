import { basename, join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { lambdaCredentials, libraryFetcher } from './build-plugins.ts';

/** One file of a function. */
export interface BundledFile {
  /** `index.js`, or the name of a part that loads on demand. */
  readonly name: string;
  readonly code: Uint8Array;
}

export interface BundledFunction {
  /** Lambda loads the first one. */
  readonly files: readonly [BundledFile, ...BundledFile[]];
  /** Paths of all bundled sources, relative to the root. */
  readonly paths: readonly string[];
}

/**
 * Bundles a function into one CommonJS file, and one more for each module that it imports with `import()`. Node loads
 * those on first use.
 *
 * @param root directory that the paths are relative to
 */
export async function bundleFunction(entry: string, root: string): Promise<BundledFunction> {
  const onDemand = new Set<string>();
  const [index, paths] = await bundleOne(entry, root, onDemand);
  const files: [BundledFile, ...BundledFile[]] = [{ name: 'index.js', code: index }];
  // A part may import further parts. They join the set during the iteration.
  for (const part of onDemand) {
    const [code, partPaths] = await bundleOne(part, root, onDemand);
    files.push({ name: fileNameOf(part), code });
    paths.push(...partPaths);
  }
  return { files, paths: [...new Set(paths)] };
}

async function bundleOne(entry: string, root: string, onDemand: Set<string>): Promise<[Uint8Array, string[]]> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // ES modules tree-shake better, and no package is bundled in two formats.
    mainFields: ['module', 'main'],
    // `import()` of a built-in module reads all its exports. `node:http` exports a WebSocket client that takes 30 ms.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [libraryFetcher, lambdaCredentials, partsOnDemand(onDemand)],
  });
  const file = result.outputFiles[0];
  if (file === undefined) throw new Error(`esbuild produced no file for ${relative(root, entry)}`);
  return [file.contents, Object.keys(result.metafile.inputs)];
}

/** Moves each module of Pawl that is imported with `import()` to a separate file. */
function partsOnDemand(found: Set<string>): Plugin {
  return {
    name: 'parts-on-demand',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const module = join(resolveDir, path);
        found.add(module);
        return { path: `./${fileNameOf(module)}`, external: true };
      });
    },
  };
}

const fileNameOf = (module: string) => `${basename(module, '.ts')}.js`;
