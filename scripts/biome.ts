/** Runs Biome's binary by its path. Its npm wrapper needs platform packages that some registries lack. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const platformPackage = '@biomejs/cli-linux-x64';

/** Path of the Biome binary, or undefined where its platform package is not installed. */
export function biomeBinary(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${platformPackage}/biome`);
  } catch {
    return undefined;
  }
}

function main(args: readonly string[]): number {
  const binary = biomeBinary();
  if (binary === undefined) {
    process.stderr.write(
      `Format and lint need ${platformPackage}, an optional dependency for Linux on x64; it is not installed here ` +
        `(this is ${process.platform} ${process.arch}). CI runs them.\n`,
    );
    return 1;
  }
  const run = spawnSync(binary, args, { stdio: 'inherit' });
  if (run.error) process.stderr.write(`Biome did not start: ${run.error.message}\n`);
  return run.status ?? 1;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
