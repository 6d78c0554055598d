import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../scripts/package/check.ts';
import type { Packed } from '../../scripts/package/pack.ts';
import { audience, TestIssuer } from '../examples/support/issuer.ts';
import { withNode } from './support/nodes.ts';
import { packVerify } from './support/packages.ts';
import { type Added, Stranger } from './support/stranger.ts';
import { compile } from './support/type-check.ts';

let packed: Packed;
let added: Added;
const service = Stranger.inEmptyFolder();

beforeAll(async () => {
  packed = await packVerify();
  added = await service.installAndPrint(packed.tarball);
});
afterAll(() => service.leave());

/** Runs one of the consumer's modules and returns what it prints as JSON. */
async function verifyIn(name: string, imports: string, node = 'node'): Promise<unknown> {
  const issuer = await TestIssuer.start();
  const options = JSON.stringify({ issuer: issuer.url, audience });
  const code = `${imports}
    (async () => {
      const verifier = createVerifier(${options});
      const claims = await verifier.verify('Bearer ${issuer.token()}');
      const refused = await verifier.verify('Bearer x').catch((error) => error);
      let scope;
      try { requireScope(claims, 'admin'); } catch (error) { scope = error.status; }
      console.log(JSON.stringify([claims.sub, refused instanceof VerifyError, refused.status, scope]));
    })();`;
  service.write(name, code);
  const told = await service.must(node, [name]);
  await issuer.stop();
  return JSON.parse(told);
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
const fromEsm = `import { createVerifier, requireScope, VerifyError } from 'pawl-verify';`;
const fromCommonJs = `const { createVerifier, requireScope, VerifyError } = require('pawl-verify');`;

describe('pawl-verify', () => {
  test('passes publint and Are The Types Wrong', async () => {
    expect(await faultsOf(packed)).toEqual([]);
  });

  test('holds the built modules and their types, and no sources', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'package.json',
        'index.mjs',
        'index.cjs',
        'index.d.mts',
        'index.d.cts',
      ]),
    );
    expect(
      paths.filter(
        (path) => !/^(LICENSE(-aws-jwt-verify)?|README\.md|package\.json|[\w-]+\.(d\.)?[mc][jt]s)$/.test(path),
      ),
    ).toEqual([]);
  });

  test('its manifest has one dependency, and runs nothing at installation', () => {
    const manifest = JSON.parse(readFileSync(join(service.folder, 'node_modules/pawl-verify/package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies)).toEqual(['aws-jwt-verify']);
    for (const field of ['private', 'scripts', 'optionalDependencies', 'devDependencies', 'workspaces']) {
      expect(manifest).not.toHaveProperty(field);
    }
  });

  test('installs two packages, less than a megabyte, and leaves the Node of npm scripts alone', async () => {
    expect(added.count).toBe(2);
    expect(added.bytes).toBeLessThan(1_000_000);
    expect(added.after).toBe(added.before);
  });

  test.each(['mjs', 'cjs'])('index.%s needs aws-jwt-verify and nothing else', (end) => {
    const code = readFileSync(join(service.folder, `node_modules/pawl-verify/index.${end}`), 'utf8');
    const needed = [...code.matchAll(/(?:from |require\()["']([^"']+)["']/g)].map(([, name = '']) => name);
    expect(needed.length).toBeGreaterThan(0);
    expect(needed.filter((name) => !/^(node:)?crypto$|^aws-jwt-verify(\/|$)/.test(name))).toEqual([]);
    expect(code.length).toBeLessThan(25_000);
  });

  test.each([20, 22, 24])('works on Node %d', async (major) => {
    await withNode(major, async (node) => {
      expect(await verifyIn('esm.mjs', fromEsm, node)).toEqual(['u1', true, 401, 403]);
      expect(await verifyIn('cjs.cjs', fromCommonJs, node)).toEqual(['u1', true, 401, 403]);
    });
  });

  test("has types for both module systems, without Node's", () => {
    const files = {
      'esm.mts': `import { ${names} } from 'pawl-verify';${consumer}`,
      'cjs.cts': `import { ${names} } from 'pawl-verify';${consumer}`,
    };
    expect(compile(service, files)).toBe('');
  });

  test.each([
    ['a misspelt option', `createVerifier({ issuer: 'a', audience: 'b', clockTolerance: 5 });`, 'TS2353'],
    ['no audience', `createVerifier({ issuer: 'a' });`, 'TS2741'],
    ['no scope', `requireScope({ scopes: [] });`, 'TS2555'],
    ['an event without an authorizer', `callerOf({ requestContext: {} });`, 'TS2741'],
  ])('its types refuse %s', (_name, code, fault) => {
    expect(compile(service, { 'wrong.mts': `import { ${names} } from 'pawl-verify';\n${code}` })).toContain(fault);
  });

  test('gives away nothing but its entry', async () => {
    service.write('inner.mjs', `import('pawl-verify/index.mjs').catch((error) => console.log(error.code));`);
    expect((await service.must('node', ['inner.mjs'])).trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
