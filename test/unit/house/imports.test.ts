import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { biomeBinary } from '../../../scripts/biome.ts';

const root = join(import.meta.dirname, '../../..');

/** Who may import whom: for a file of each folder, what is allowed and what is not. */
const rules: Readonly<Record<string, { readonly yes: readonly string[]; readonly no: readonly string[] }>> = {
  'lambda/contract/x.ts': {
    yes: ['./env.ts'],
    no: ['../core/errors.ts', 'node:crypto', 'jose', '../log.ts', './../log.ts'],
  },
  'lambda/core/x.ts': {
    yes: ['./errors.ts'],
    no: ['../contract/env.ts', '../store/items.ts', 'node:crypto', 'jose', '@aws-sdk/client-dynamodb', './../log.ts'],
  },
  'lambda/store/x.ts': {
    yes: [
      '../core/errors.ts',
      '../contract/table.ts',
      './items.ts',
      '@aws-sdk/lib-dynamodb',
      'jose',
      'aws-jwt-verify/jwk',
      'node:crypto',
    ],
    no: [
      '../../lib/settings.ts',
      '../../local/main.ts',
      './../../lib/a.ts',
      'aws-cdk-lib',
      'aws-cdk-lib/aws-iam',
      'zod',
      'node:process',
    ],
  },
  'lambda/log.ts': {
    yes: ['./core/errors.ts'],
    no: ['../lib/settings.ts', '../local/main.ts', '../scripts/build.ts', 'aws-cdk-lib'],
  },
  'lambda/handlers/x.ts': { yes: ['../store/items.ts', '../log.ts'], no: ['../../lib/settings.ts', 'constructs'] },
  'lib/x.ts': {
    yes: ['../lambda/contract/functions.ts', 'aws-cdk-lib', 'aws-cdk-lib/aws-iam', 'constructs', 'node:path'],
    no: [
      '../lambda/core/errors.ts',
      '../lambda/handlers/login.ts',
      '../bin/build.ts',
      'jose',
      '@aws-sdk/client-ssm',
      'cdk-nag',
    ],
  },
  'bin/x.ts': {
    yes: ['../lib/settings.ts', '../lambda/contract/functions.ts', 'aws-cdk-lib'],
    no: ['../lambda/core/errors.ts', '../scripts/build.ts', 'jose', 'esbuild'],
  },
  'scripts/x.ts': {
    yes: ['./build.ts', '../lib/settings.ts', '../lambda/contract/functions.ts', 'esbuild'],
    no: ['../lambda/core/errors.ts', '../local/main.ts', 'jose'],
  },
  'scripts/package/x.ts': {
    yes: ['./pack.ts', '../build.ts', '../../lib/peers.ts', 'publint/utils', 'esbuild'],
    no: ['../../verify/index.ts', '../../client/src/index.ts', '../../lib/settings.ts', 'aws-cdk-lib', 'jose'],
  },
  'local/x.ts': {
    yes: ['./gateway.ts', 'node:http', 'dynalite'],
    no: ['../lambda/contract/table.ts', '../lib/settings.ts', '../cli/main.ts'],
  },
  'local/demo/x.ts': { yes: ['../gateway.ts'], no: ['../../lambda/core/errors.ts', '../../client/index.ts'] },
  'verify/x.ts': {
    yes: [
      './errors.ts',
      '../lambda/access-tokens/verifier.ts',
      '../lambda/core/errors.ts',
      '../lambda/contract/env.ts',
    ],
    no: [
      '../lambda/access-tokens/signer.ts',
      '../lambda/log.ts',
      '../lib/settings.ts',
      'aws-jwt-verify',
      'node:crypto',
      './../lib/a.ts',
    ],
  },
  'examples/fastify/x.ts': {
    yes: ['pawl-verify', 'fastify', '../../lib/token-service.ts', './app.ts'],
    no: ['../../verify/index.ts', '../../lambda/core/errors.ts', '../../test/support/keys.ts'],
  },
  'client/x.ts': {
    yes: ['./session.ts'],
    no: ['../lambda/core/errors.ts', '../lib/settings.ts', 'node:crypto', 'jose'],
  },
  'client/storage/x.ts': { yes: ['../errors.ts'], no: ['../../lambda/core/errors.ts'] },
  'cli/x.ts': {
    yes: [
      '../lambda/core/errors.ts',
      '../lambda/store/items.ts',
      '../lambda/contract/table.ts',
      '../lambda/crypto/passwords.ts',
      '@aws-sdk/lib-dynamodb',
    ],
    no: [
      '../lambda/keys/rings.ts',
      '../lambda/handlers/login.ts',
      '../lambda/log.ts',
      '../lib/settings.ts',
      '../local/main.ts',
      'aws-cdk-lib',
    ],
  },
  'cli/commands/x.ts': { yes: ['../../lambda/core/errors.ts', '../main.ts'], no: ['../../lambda/keys/rings.ts'] },
};

const binary = requireBiome();
const scratch = mkdtempSync(join(tmpdir(), 'pawl-imports-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Lints files under the project's own configuration and returns which lines break which rule. */
function lint(files: Readonly<Record<string, string>>): readonly string[] {
  rmSync(scratch, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), content);
  }
  copyFileSync(join(root, 'biome.json'), join(scratch, 'biome.json'));
  const run = spawnSync(binary, ['lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: scratch,
    encoding: 'utf8',
  });
  const found = run.stdout.matchAll(/title=lint\/style\/(noRestrictedImports|noProcessEnv),file=([^,]+),line=(\d+)/g);
  return [...found].map(([, rule, file, line]) => `${relative(scratch, file ?? '')}:${line} ${rule}`).sort();
}

/** @throws Error where Biome is not installed: the rules are checked by nothing else */
function requireBiome(): string {
  const path = biomeBinary();
  if (path === undefined) throw new Error('the import rules are checked by Biome, which is not installed here');
  return path;
}

describe('who may import whom', () => {
  test.each(Object.entries(rules))('%s', (path, { yes, no }) => {
    const all = [...yes, ...no];
    const lines = all.map((module, index) => `export { a as a${index} } from '${module}';`);
    const expected = no.map((_, index) => `${path}:${yes.length + index + 1} noRestrictedImports`);
    expect(lint({ [path]: lines.join('\n') })).toEqual(expected.sort());
  });

  test('type imports and dynamic imports count too', () => {
    const lines = [
      "import type { A } from 'aws-cdk-lib';",
      "export const b = import('aws-cdk-lib');",
      'export type C = A;',
    ];
    expect(lint({ 'lambda/core/x.ts': lines.join('\n') })).toEqual([
      'lambda/core/x.ts:1 noRestrictedImports',
      'lambda/core/x.ts:2 noRestrictedImports',
    ]);
  });

  test('process.env is for handlers, the command line and the local runner', () => {
    const folders = [
      'lambda/core',
      'lambda/store',
      'lambda',
      'lambda/handlers',
      'lib',
      'bin',
      'client',
      'verify',
      'local',
      'cli',
    ];
    const found = lint(
      Object.fromEntries(folders.map((folder) => [`${folder}/x.ts`, 'export const a = process.env.A;'])),
    );
    const refused = ['bin', 'client', 'lambda/core', 'lambda/store', 'lambda', 'lib', 'verify'];
    expect(found).toEqual(refused.map((folder) => `${folder}/x.ts:1 noProcessEnv`).sort());
  });
});

test('handlers read the environment through readEnv alone', () => {
  for (const path of globSync('lambda/handlers/**/*.ts', { cwd: root })) {
    const code = readFileSync(join(root, path), 'utf8');
    const rest = code.replace(/readEnv\(\s*[\w.]+,\s*process\.env,?\s*\)/g, '');
    expect(rest, path).not.toMatch(/\bprocess\b[^'"\n]*\benv\b/);
  }
});
