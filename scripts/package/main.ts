/** `npm run package`: builds the npm packages into dist/npm, packs them and checks the tarballs. */
import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { CommandLine } from '../command-line.ts';
import { faultsOf } from './check.ts';
import { buildClient } from './client.ts';
import { output, root } from './layout.ts';
import { type Packed, pack } from './pack.ts';
import { buildPawl } from './pawl.ts';
import { buildVerify } from './verify.ts';

const builders: Readonly<Record<string, () => Promise<void>>> = {
  pawl: () => buildPawl(),
  'pawl-verify': () => buildVerify(),
  'pawl-client': () => buildClient(),
};

const help = `npm run package -- [package ...] [--files]

Builds npm packages into dist/npm, packs them, and checks the tarballs with publint and Are The Types Wrong.
Packages: ${Object.keys(builders).join(', ')} (default: all).

  --files   also lists every file with its size`;

const commandLine = new CommandLine('package', help);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`;

const summary = ({ name, tarball, files, size, unpackedSize }: Packed) =>
  `${name}: ${relative(root, tarball)}, ${kilobytes(size)}, ${files.length} files, ${kilobytes(unpackedSize)} unpacked`;

/** One line per file, largest first. */
function table({ files }: Packed): string {
  const lines = files.toSorted((a, b) => b.size - a.size).map((file) => [file.path, kilobytes(file.size)] as const);
  const width = Math.max(...lines.map(([path]) => path.length)) + 2;
  return lines.map(([path, bytes]) => `  ${path.padEnd(width)}${bytes.padStart(10)}\n`).join('');
}

async function main(): Promise<void> {
  const { positionals, values } = commandLine.parse({
    allowPositionals: true,
    options: { files: { type: 'boolean', default: false } },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(builders);
  for (const name of names) commandLine.oneOf('name', name, Object.keys(builders));
  mkdirSync(output, { recursive: true });
  let faults = 0;
  for (const name of names) {
    await builders[name]?.();
    const packed = await pack(name);
    const found = await faultsOf(packed);
    faults += found.length;
    const verdict = found.length === 0 ? ['publint and arethetypeswrong: no faults'] : found;
    const files = values.files ? table(packed) : '';
    process.stdout.write(`${summary(packed)}\n${files}${verdict.map((line) => `  ${line}\n`).join('')}`);
  }
  if (faults > 0) throw new Error(`${faults} faults in the packages, see above`);
}

main().catch((error: unknown) => {
  process.stderr.write(`package: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
