/** Builds every Lambda function of lambda/contract/functions.ts into `dist/`, ahead of synth. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type FunctionName, functions } from '../lambda/contract/functions.ts';
import { contractFingerprint, readStamp, type Stamp, sourceFingerprint, stampFile } from '../lib/bundles.ts';
import { bundleFunctions } from './bundler.ts';
import { CommandLine } from './command-line.ts';
import { writeIfChanged } from './write-if-changed.ts';

const root = join(import.meta.dirname, '..');

/** Size limits of a bundle in bytes (1 KB = 1,000 bytes). Every byte lengthens a cold start. */
export const budgets: Readonly<Partial<Record<FunctionName, number>>> = {
  authorizer: 20_000,
  restAuthorizer: 20_000,
  websocketAuthorizer: 20_000,
  refresh: 300_000,
};

/** Any call of a guarded route may wait for the cold start of one of these. */
const authorizers: readonly FunctionName[] = ['authorizer', 'restAuthorizer', 'websocketAuthorizer'];

/** Modules that an authorizer must not load at start: `https` alone takes more than half of a cold start. */
const costlyAtStart = /\brequire\("(?:node:)?(https?|http2)"\)/;

export interface BuildOptions {
  /** @default every function of the contract */
  readonly names?: readonly FunctionName[];
  /** @default `lambda/handlers` */
  readonly handlers?: string;
  /** @default `dist` */
  readonly output?: string;
  /** @default {@link budgets} */
  readonly limits?: Readonly<Partial<Record<FunctionName, number>>>;
}

export interface BuiltFunction {
  readonly name: FunctionName;
  /** Bytes of the file that Lambda loads. */
  readonly bytes: number;
  /** Bytes of each file that loads on demand, by name. */
  readonly onDemand: Readonly<Record<string, number>>;
  readonly limit: number | undefined;
}

/** The build is unusable. The message names every fault. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/**
 * Writes `<output>/<entry>/index.js`, the files that it loads on demand, and a package.json that marks them CommonJS.
 *
 * @throws {BuildError} when a handler is missing, a bundle is over its budget, or an authorizer would load `https`
 */
export async function build(options: BuildOptions = {}): Promise<readonly BuiltFunction[]> {
  const names = options.names ?? (Object.keys(functions) as FunctionName[]);
  const handlers = options.handlers ?? join(root, 'lambda/handlers');
  const output = options.output ?? join(root, 'dist');
  const limits = options.limits ?? budgets;

  const entries = new Map(names.map((name) => [name, join(handlers, `${functions[name].entry}.ts`)]));
  const missing = [...entries].filter(([, entry]) => !existsSync(entry));
  if (missing.length > 0) {
    throw new BuildError(
      `no handler for ${missing.map(([name, entry]) => `${name} (${relative(root, entry)})`).join(', ')}`,
    );
  }

  const built: BuiltFunction[] = [];
  const sources = { ...reusableSources(output) };
  const faults: string[] = [];
  for (const [name, { files, paths }] of await bundleFunctions(entries, root)) {
    sources[name] = fingerprints(paths);
    const [{ code }, ...parts] = files;
    const bytes = code.byteLength;
    const limit = limits[name];
    built.push({
      name,
      bytes,
      limit,
      onDemand: Object.fromEntries(parts.map((part) => [part.name, part.code.length])),
    });
    if (limit !== undefined && bytes > limit)
      faults.push(`${name} has ${bytes} bytes, more than its budget of ${limit}`);
    const costly = authorizers.includes(name) && costlyAtStart.exec(Buffer.from(code).toString());
    if (costly) faults.push(`${name} loads ${costly[1]} at start`);
    const directory = join(output, functions[name].entry);
    writeIfChanged(join(directory, 'package.json'), Buffer.from('{"type":"commonjs"}\n'));
    for (const file of files) writeIfChanged(join(directory, file.name), file.code);
  }
  if (faults.length > 0) throw new BuildError(`${faults.join('; ')}\n${sizeTable(built)}`);
  const stamp: Stamp = { contract: contractFingerprint(), sources };
  writeIfChanged(join(output, stampFile), Buffer.from(`${JSON.stringify(stamp)}\n`));
  return built;
}

/** One line per function with its size and budget, and one per file that loads on demand. */
export function sizeTable(built: readonly BuiltFunction[]): string {
  const kilobytes = (bytes: number | undefined) => (bytes === undefined ? '-' : `${(bytes / 1000).toFixed(1)} KB`);
  const names = built.flatMap(({ name, onDemand }) => [name, ...Object.keys(onDemand).map((part) => `  ${part}`)]);
  const width = Math.max(...names.map((name) => name.length));
  const line = (name: string, size: string, limit: string) =>
    `${name.padEnd(width)}${size.padStart(10)}${limit.padStart(12)}`;
  return [
    line('function', 'bundle', 'budget'),
    ...built.flatMap(({ name, bytes, limit, onDemand }) => [
      line(name, kilobytes(bytes), kilobytes(limit)),
      ...Object.entries(onDemand).map(([part, size]) => line(`  ${part}`, kilobytes(size), 'on demand')),
    ]),
  ].join('\n');
}

/** Source fingerprints of an earlier build, by function; empty if the contract has changed. */
function reusableSources(output: string): Stamp['sources'] {
  const stamp = readStamp(output);
  return stamp?.contract === contractFingerprint() ? stamp.sources : {};
}

/** Fingerprints of the sources in `lambda/`, by path. Packages are left out: they change with the lock file. */
function fingerprints(paths: readonly string[]): Readonly<Record<string, string>> {
  const own = paths.filter((path) => path.startsWith('lambda/'));
  return Object.fromEntries(own.map((path) => [path, sourceFingerprint(path) ?? '']));
}

async function main(): Promise<void> {
  const help = `npm run build -- [function ...] [--quiet]

Bundles Lambda functions into dist/ (default: all).
Functions: ${Object.keys(functions).join(', ')}

  --quiet   does not print the table of sizes`;
  const commandLine = new CommandLine('build', help);
  const { values, positionals: names } = commandLine.parse({
    allowPositionals: true,
    options: { quiet: { type: 'boolean', default: false } },
  });
  const unknown = names.filter((name) => !Object.hasOwn(functions, name));
  if (unknown.length > 0) throw new BuildError(`no such function: ${unknown.join(', ')}`);
  const built = await build(names.length === 0 ? {} : { names: names as FunctionName[] });
  if (!values.quiet) process.stdout.write(`${sizeTable(built)}\n`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
