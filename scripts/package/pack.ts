import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { output } from './layout.ts';

export interface Packed {
  readonly name: string;
  /** Path of the tarball. */
  readonly tarball: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Size of the tarball, in bytes. */
  readonly size: number;
  /** Unpacked size, in bytes. */
  readonly unpackedSize: number;
}

/** Packs a built package as `npm publish` would. */
export async function pack(name: string): Promise<Packed> {
  const args = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', output, `./${name}`];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: output });
  const [info] = Object.values(JSON.parse(stdout) as Record<string, Omit<Packed, 'tarball'> & { filename: string }>);
  if (info === undefined) throw new Error(`npm pack produced no tarball for ${name}`);
  return { ...info, tarball: join(output, info.filename) };
}
