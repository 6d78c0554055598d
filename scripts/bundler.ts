import { relative } from 'node:path';
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
 * loads those on first use: docs/adr/0069-a-dynamic-import-is-a-file.md.
 */
export class Bundler {
  readonly #root: string;
  /** Functions share most of their parts. */
  readonly #bundled = new Map<string, Promise<Bundled>>();

  /** @param root directory that the paths are relative to */
  constructor(root: string) {
    this.#root = root;
  }

  async bundle(entry: string): Promise<BundledFunction> {
    const index = await this.#bundleOne(entry);
    const files: [BundledFile, ...BundledFile[]] = [{ name: 'index.js', code: index.code }];
    const paths = new Set(index.paths);
    // A part may import further parts. They join the map during the iteration.
    const wanted = new Map(index.parts);
    for (const [name, module] of wanted) {
      const part = await this.#bundleOne(module);
      files.push({ name, code: part.code });
      for (const path of part.paths) paths.add(path);
      for (const [further, from] of part.parts) {
        const other = wanted.get(further) ?? from;
        if (other !== from) throw new Error(`${further} would contain both ${other} and ${from}`);
        wanted.set(further, from);
      }
    }
    return { files, paths: [...paths] };
  }

  #bundleOne(module: string): Promise<Bundled> {
    const bundled = this.#bundled.get(module) ?? bundleOne(module, this.#root);
    this.#bundled.set(module, bundled);
    return bundled;
  }
}

async function bundleOne(entry: string, root: string): Promise<Bundled> {
  const found: Parts = new Map([['index.js', entry]]);
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
    plugins: [libraryFetcher, lambdaCredentials, partsOnDemand(found)],
  });
  const file = result.outputFiles[0];
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) {
    throw new Error(`esbuild produced no file for ${relative(root, entry)}`);
  }
  // The metafile lists the imports that are left after tree shaking.
  const imported = new Set(output.imports.map(({ path }) => path.slice('./'.length)));
  const parts = new Map([...found].filter(([name]) => imported.has(name)));
  return { code: file.contents, paths: Object.keys(result.metafile.inputs), parts };
}

/**
 * Makes each module of Pawl, and each package, that is imported with `import()` a separate file.
 * Otherwise esbuild wraps it and everything that it imports in functions, and keeps all that they export.
 *
 * @param found receives the modules
 */
function partsOnDemand(found: Parts): Plugin {
  return {
    name: 'parts-on-demand',
    setup(build) {
      // Not for imports within a package: the calls would take two seconds, and the SDK import()s other packages.
      build.onResolve({ filter: /^[^.]|\.ts$/ }, async ({ kind, path, importer, resolveDir }) => {
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
