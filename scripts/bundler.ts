import { basename, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
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

/** One bundled module: its code, the paths of its sources, and the parts that it imports. */
interface Bundled {
  readonly code: Uint8Array;
  readonly paths: readonly string[];
  readonly parts: Parts;
}

/** Modules that are imported with `import()`, by the name of their file. */
type Parts = Map<string, string>;

/**
 * Bundles functions into one CommonJS file each, and one more for each module that they import with `import()`. Node
 * loads those on first use: docs/adr/0069-a-dynamic-import-is-a-file.md. All functions are bundled together, because
 * esbuild then parses each module once.
 *
 * @param entries the modules of the handlers, by the names of the functions
 * @param root directory that the paths are relative to
 */
export async function bundleFunctions<Name>(
  entries: ReadonlyMap<Name, string>,
  root: string,
): Promise<ReadonlyMap<Name, BundledFunction>> {
  const bundled = new Map<string, Bundled>();
  const found: Parts = new Map([['index.js', 'the function']]);
  let wanted = [...entries.values()];
  while (wanted.length > 0) {
    const more = await bundleAll(wanted, root, found);
    for (const [module, one] of more) bundled.set(module, one);
    // A part may import further parts.
    const parts = new Set([...more.values()].flatMap((one) => [...one.parts.values()]));
    wanted = [...parts].filter((module) => !bundled.has(module));
  }
  return new Map([...entries].map(([name, entry]) => [name, functionOf(entry, bundled)]));
}

function functionOf(entry: string, bundled: ReadonlyMap<string, Bundled>): BundledFunction {
  const get = (module: string): Bundled => {
    const one = bundled.get(module);
    if (one === undefined) throw new Error(`${module} was not bundled`);
    return one;
  };
  const index = get(entry);
  const files: [BundledFile, ...BundledFile[]] = [{ name: 'index.js', code: index.code }];
  const paths = new Set(index.paths);
  // The parts of a part join the map during the iteration.
  const parts = new Map(index.parts);
  for (const [name, module] of parts) {
    const part = get(module);
    files.push({ name, code: part.code });
    for (const path of part.paths) paths.add(path);
    for (const [further, from] of part.parts) parts.set(further, from);
  }
  return { files, paths: [...paths] };
}

/** @param found receives the parts */
async function bundleAll(modules: readonly string[], root: string, found: Parts): Promise<Map<string, Bundled>> {
  const result = await build({
    entryPoints: modules.map((module, index) => ({ in: module, out: `${index}` })),
    outdir: root,
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
    plugins: [libraryFetcher, lambdaCredentials, partsOnDemand(found)],
  });
  const { inputs, outputs } = result.metafile;
  return new Map(
    modules.map((module, index) => {
      const file = result.outputFiles.find(({ path }) => basename(path) === `${index}.js`);
      const output = outputs[`${index}.js`];
      if (file === undefined || output?.entryPoint === undefined) {
        throw new Error(`esbuild produced no file for ${relative(root, module)}`);
      }
      // The metafile lists the imports that are left after tree shaking.
      const imported = new Set(output.imports.map(({ path }) => path.slice('./'.length)));
      const parts = new Map([...found].filter(([name]) => imported.has(name)));
      return [module, { code: file.contents, paths: sourcesOf(output.entryPoint, inputs), parts }];
    }),
  );
}

/** The source of a module and all that it imports. */
function sourcesOf(entryPoint: string, inputs: Metafile['inputs']): readonly string[] {
  const sources = new Set([entryPoint]);
  // Imports join the set during the iteration.
  for (const path of sources)
    for (const { path: imported } of inputs[path]?.imports ?? []) if (imported in inputs) sources.add(imported);
  return [...sources];
}

/**
 * Makes each module of Pawl, and each package, that is imported with `import()` a separate file. Otherwise esbuild wraps
 * it and everything that it imports in functions, and keeps all that they export.
 *
 * @param found receives the modules
 */
function partsOnDemand(found: Parts): Plugin {
  return {
    name: 'parts-on-demand',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const module = await build.resolve(path, { kind: 'import-statement', importer, resolveDir });
        if (module.external || module.namespace !== 'file') return undefined;
        const name = `${path.replace(/^[./@]+|\.[jt]s$/g, '').replaceAll('/', '-')}.js`;
        const other = found.get(name) ?? module.path;
        if (other !== module.path)
          return { errors: [{ text: `${name} would contain both ${other} and ${module.path}` }] };
        found.set(name, module.path);
        return { path: `./${name}`, external: true };
      });
    },
  };
}
