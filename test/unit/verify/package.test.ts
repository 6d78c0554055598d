import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildVerify } from '../../../scripts/build-verify.ts';
import { audience, TestIssuer } from '../../examples/support/issuer.ts';

const root = join(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'pawl-package-'));
const installed = join(scratch, 'node_modules/pawl');
let packed: readonly string[];

/** Packs the package and installs the tarball as npm would, with the one package that it needs beside it. */
beforeAll(async () => {
  await buildVerify();
  const args = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', scratch];
  const [tarball] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = tarball.files.map(({ path }) => path);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(scratch, tarball.filename), '-C', installed, '--strip-components=1']);
  symlinkSync(join(root, 'node_modules/aws-jwt-verify'), join(scratch, 'node_modules/aws-jwt-verify'));
}, 60_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Compiles files as a consumer would, with nothing of Node's types and no library checks skipped. */
function compile(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(scratch, name), text);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    module: 'nodenext',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  };
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', scratch], { encoding: 'utf8' }).stdout;
}

/** Runs a module of the consumer's and returns what it prints as JSON. */
async function run(name: string, imports: string): Promise<unknown> {
  const issuer = await TestIssuer.start();
  const options = JSON.stringify({ issuer: issuer.url, audience });
  const file = join(scratch, name);
  const code = `${imports}
    (async () => {
      const verifier = createVerifier(${options});
      const claims = await verifier.verify('Bearer ${issuer.token()}');
      const refused = await verifier.verify('Bearer x').catch((error) => error);
      let scope;
      try { requireScope(claims, 'admin'); } catch (error) { scope = error.status; }
      console.log(JSON.stringify([claims.sub, refused instanceof VerifyError, refused.status, scope]));
    })();`;
  writeFileSync(file, code);
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  await issuer.stop();
  return JSON.parse(stdout);
}

const consumer = `
const verifier: Verifier = createVerifier({ issuer: 'https://auth.example.com', audience: 'https://api.example.com' });
export async function check(authorization: string | undefined): Promise<string> {
  const claims: AccessTokenClaims = await verifier.verify(authorization);
  requireScope(claims, 'orders:read');
  const until: Date = claims.expiresAt;
  return \`\${claims.sub} \${until.getTime()} \${claims.scopes.join()} \${String(claims.raw['tenant'])}\`;
}
export function answer(error: unknown): { status: number; headers: Record<string, string> } {
  if (!(error instanceof VerifyError)) throw error;
  const status: 401 | 403 | 503 = error.status;
  return { status, headers: error.headers };
}
`;
const names = 'type AccessTokenClaims, callerOf, createVerifier, requireScope, type Verifier, VerifyError';

describe('the packed package', () => {
  test('holds the built modules and their types, and no sources', () => {
    expect(packed).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const own = packed.filter((path) => path.startsWith('dist/verify/'));
    expect(own).toEqual(
      expect.arrayContaining(['mjs', 'cjs', 'd.mts', 'd.cts'].map((end) => `dist/verify/index.${end}`)),
    );
    expect(packed.filter((path) => /^(lambda|lib|bin|test|local|verify|examples)\/|\.tmp$/.test(path))).toEqual([]);
  });

  test.each(['mjs', 'cjs'])('index.%s needs aws-jwt-verify and nothing else', (end) => {
    const code = readFileSync(join(installed, `dist/verify/index.${end}`), 'utf8');
    const needed = [...code.matchAll(/(?:from |require\()["']([^"']+)["']/g)].map(([, name = '']) => name);
    expect(needed.length).toBeGreaterThan(0);
    expect(needed.filter((name) => !/^(node:)?crypto$|^aws-jwt-verify(\/|$)/.test(name))).toEqual([]);
    expect(code.length).toBeLessThan(20_000);
  });

  test.each([
    ['an ES module', 'esm.mjs', `import { createVerifier, requireScope, VerifyError } from 'pawl/verify';`],
    ['CommonJS', 'cjs.cjs', `const { createVerifier, requireScope, VerifyError } = require('pawl/verify');`],
  ])('works from %s', async (_name, file, imports) => {
    expect(await run(file, imports)).toEqual(['u1', true, 401, 403]);
  });

  test("has types for both, without Node's", () => {
    const files = {
      'esm.mts': `import { ${names} } from 'pawl/verify';${consumer}`,
      'cjs.cts': `import { ${names} } from 'pawl/verify';${consumer}`,
    };
    expect(compile(files)).toBe('');
  }, 30_000);

  test.each([
    ['a misspelt option', `createVerifier({ issuer: 'a', audience: 'b', clockTolerance: 5 });`, 'TS2353'],
    ['no audience', `createVerifier({ issuer: 'a' });`, 'TS2741'],
    ['no scope', `requireScope({ scopes: [] });`, 'TS2555'],
    ['an event without an authorizer', `callerOf({ requestContext: {} });`, 'TS2741'],
  ])(
    'its types refuse %s',
    (_name, code, fault) => {
      expect(compile({ 'wrong.mts': `import { ${names} } from 'pawl/verify';\n${code}` })).toContain(fault);
    },
    30_000,
  );

  test('gives away nothing but its entries', async () => {
    const file = join(scratch, 'inner.mjs');
    writeFileSync(file, `import('pawl/dist/verify/index.mjs').catch((error) => console.log(error.code));`);
    expect((await promisify(execFile)(process.execPath, [file])).stdout.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
