import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunctions } from '../../../scripts/bundler.ts';
import type { Stage } from '../systems/stage.ts';

export interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

const here = import.meta.dirname;

/** The authorizers to compare: Pawl's as deployed, the others built with the same settings. */
export async function authorizerBundles(stage: Stage): Promise<readonly Bundle[]> {
  const others = {
    raw: join(here, 'raw.ts'),
    'pawl-verify alone': join(here, 'pawl-verify.ts'),
    'aws-jwt-verify as it comes': join(here, '../peers/authorizers/aws-jwt-verify.ts'),
    jose: join(here, '../peers/authorizers/jose.ts'),
    'jsonwebtoken + jwks-rsa': join(here, '../peers/authorizers/jsonwebtoken.ts'),
  };
  const built: Bundle[] = [functionBundle(stage, 'authorizer', 'Pawl')];
  for (const [name, entry] of Object.entries(others)) {
    const directory = join(stage.bundles, `compared ${name}`);
    mkdirSync(directory, { recursive: true });
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      minify: true,
      legalComments: 'none',
      logLevel: 'error',
    });
    const contents = outputFiles[0]?.contents ?? new Uint8Array();
    const file = join(directory, 'index.js');
    writeFileSync(file, contents);
    writeFileSync(join(directory, 'package.json'), '{"type":"commonjs"}');
    built.push({ name, file, bytes: contents.byteLength });
  }
  return built;
}

/** The AWS SDK alone, bundled as Pawl's functions are. */
export async function sdkBundle(stage: Stage): Promise<Bundle> {
  const entry = 'sdk alone';
  const directory = join(stage.bundles, entry);
  mkdirSync(directory, { recursive: true });
  const module = join(here, '../peers/sdk-alone.ts');
  for (const [, { files }] of await bundleFunctions(new Map([[entry, module]]), join(here, '../../..')))
    for (const { name, code } of files) writeFileSync(join(directory, name), code);
  writeFileSync(join(directory, 'package.json'), '{"type":"commonjs"}');
  return functionBundle(stage, entry, 'AWS SDK alone');
}

export function functionBundle(stage: Stage, entry: string, name: string = entry): Bundle {
  const file = join(stage.bundles, entry, 'index.js');
  return { name, file, bytes: statSync(file).size };
}
