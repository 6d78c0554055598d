import { basename, join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { lambdaCredentials, lazyHttps } from './build-plugins.ts';

/** One file of a function. */
export interface BundledFile {
  /** `index.js`, or the name of a part that loads on demand. */
  readonly name: string;
  readonly code: Uint8Array;
}

export interface BundledFunction {
  /** The first is what Lambda loads. */
  readonly files: readonly [BundledFile, ...BundledFile[]];
  /** Paths of all that is in the files, relative to the root. */
  readonly paths: readonly string[];
}

/**
 * Bundles a function: one CommonJS file, and one more for each module that it imports by `import()`. Node reads those
 * when they are first needed.
 *
 * @param root what the paths are relative to
 */
export async function bundleFunction(entry: string, root: string): Promise<BundledFunction> {
  const onDemand = new Set<string>();
  const [index, paths] = await bundleOne(entry, root, onDemand);
  const files: [BundledFile, ...BundledFile[]] = [{ name: 'index.js', code: index }];
  // A part may ask for further ones, which join the set while it is walked.
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
    // Most packages' ES modules shake better, and nothing loads twice.
    mainFields: ['module', 'main'],
    // `import()` of a built-in module reads all that it exports, and `node:http` exports a WebSocket client of 30 ms.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [lazyHttps, lambdaCredentials, partsOnDemand(onDemand)],
  });
  const file = result.outputFiles[0];
  if (file === undefined) throw new Error(`esbuild made nothing of ${relative(root, entry)}`);
  return [file.contents, Object.keys(result.metafile.inputs)];
}

/** Leaves each module of Pawl that is imported by `import()` to a separate file. */
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
