import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { CommandLine } from '../command-line.ts';
import { buildClient } from './client.ts';
import { output } from './layout.ts';

/**
 * `npm run sizes`: prints how much each entry of `pawl-client` adds to an app's bundle, minified by esbuild and
 * compressed by gzip -9, compared with other client libraries.
 */

const help = `npm run sizes

Prints what each entry of pawl-client adds to an app's bundle, compared with other client libraries.`;

new CommandLine('sizes', help).parse({});

const entries = ['index', 'cookie', 'body', 'account', 'react'];

/** Kilobytes of `export * from <package>` with the same esbuild and gzip, for the versions of November 2026. */
const others: readonly (readonly [name: string, kilobytes: number])[] = [
  ['@auth0/auth0-spa-js', 64.2],
  ['aws-amplify/auth', 43],
  ['@supabase/auth-js', 24.8],
  ['oidc-client-ts', 17.5],
  ['better-auth/client', 11.9],
];

async function gzippedBytes(folder: string, entry: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from './${entry}.js';`, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    external: ['react'],
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).byteLength;
}

const say = (name: string, size: string) => process.stdout.write(`${name.padEnd(24)}${size.padStart(10)}\n`);

const folder = join(output, 'pawl-client');
await buildClient(folder);
for (const entry of entries) {
  const name = entry === 'index' ? 'pawl-client' : `pawl-client/${entry}`;
  say(name, `${(await gzippedBytes(folder, entry)).toLocaleString('en')} B`);
}
for (const [name, kilobytes] of others) say(name, `${kilobytes.toFixed(1)} KB`);
