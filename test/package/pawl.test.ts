import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerFloors } from '../../lib/peers.ts';
import { faultsOf } from '../../scripts/package/check.ts';
import type { Packed } from '../../scripts/package/pack.ts';
import { badInputSuite } from './bad-input.suite.ts';
import { packPawl } from './support/packages.ts';
import { makeWheel, pythonWith } from './support/python.ts';
import { Stranger } from './support/stranger.ts';
import { synth, type Template } from './support/synth.ts';
import { compile } from './support/type-check.ts';

let packed: Packed;
let shop: Stranger;
let own: Template;

/** The three lines, in the stack that `cdk init` made. */
function withPawl(stack: string): string {
  const imported = stack.replace(/^/, "import { TokenService } from 'pawl';\n");
  return imported.replace(
    /(super\(scope, id, props\);\n)/,
    `$1    new TokenService(this, 'Tokens', { graceSeconds: 60 });\n`,
  );
}

const plainJavaScript = `
  import { App, Stack } from 'aws-cdk-lib';
  import { TokenService } from 'pawl';
  const stack = new Stack(new App(), 'ShopStack');
  new TokenService(stack, 'Tokens', { graceSeconds: 60 });
`;

beforeAll(async () => {
  packed = await packPawl();
  shop = await Stranger.withCdkApp('shop');
  await shop.install(packed.tarball, 'ts-node@10.9.2', 'typescript5@npm:typescript@5.9.3');
  shop.write('lib/shop-stack.ts', withPawl(shop.read('lib/shop-stack.ts')));
  own = await synth(shop, 'ShopStack');
});
afterAll(() => shop.leave());

describe('pawl', () => {
  test('passes publint and Are The Types Wrong', async () => {
    expect(await faultsOf(packed)).toEqual([]);
  });

  test('its manifest brings nothing, and runs nothing at installation', () => {
    const manifest = JSON.parse(shop.read('node_modules/pawl/package.json'));
    for (const field of ['private', 'scripts', 'dependencies', 'optionalDependencies', 'devDependencies']) {
      expect(manifest).not.toHaveProperty(field);
    }
    expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
    expect(Object.values(manifest.peerDependencies)).toEqual([
      expect.stringMatching(/^\^/),
      expect.stringMatching(/^\^/),
    ]);
  });

  test('what Construct Hub asks for is there', () => {
    const manifest = JSON.parse(shop.read('node_modules/pawl/package.json'));
    expect(manifest).toMatchObject({ license: 'MIT', stability: 'experimental', jsii: { targets: { python: {} } } });
    expect(manifest.keywords).toContain('awscdk');
    const { types } = JSON.parse(shop.read('node_modules/pawl/.jsii')) as { types: object };
    expect(Object.keys(types)).toEqual(
      expect.arrayContaining(['pawl.TokenService', 'pawl.TokenAuthorizer', 'pawl.PawlStack']),
    );
    expect(shop.read('node_modules/pawl/API.md')).toContain('### TokenService');
  });
});

describe('a new CDK app as `cdk init` makes it, with the three lines', () => {
  test('synthesizes', () => {
    const types = Object.values(own.Resources).map(({ Type }) => Type);
    expect(types).toContain('AWS::ApiGatewayV2::Api');
    expect(types).toContain('AWS::DynamoDB::Table');
  });

  test('with ts-node and TypeScript 5, as CommonJS, it is the same template', async () => {
    shop.write('tsconfig.node.json', '{"compilerOptions":{"module":"commonjs","target":"es2022","strict":true}}');
    const command = 'npx ts-node --compiler typescript5 --project tsconfig.node.json bin/shop.ts';
    expect(await synth(shop, 'ShopStack', command)).toEqual(own);
  });

  test('from plain JavaScript, as an ES module and as CommonJS, it is the same template', async () => {
    shop.write('app.mjs', plainJavaScript);
    shop.write('app.cjs', plainJavaScript.replace(/import (.*) from (.*);/g, 'const $1 = require($2);'));
    expect(await synth(shop, 'ShopStack', 'node app.mjs')).toEqual(own);
    expect(await synth(shop, 'ShopStack', 'node app.cjs')).toEqual(own);
  });

  const typed = `
    import { App, Stack } from 'aws-cdk-lib';
    import { PawlStack, TokenAuthorizer, TokenService, type TokenServiceProps } from 'pawl';
    const props: TokenServiceProps = { memorySize: { login: 2048 }, alarms: { serverErrors: 1 }, allowedOrigins: ['https://a.example'] };
    const stack = new Stack(new App(), 'S');
    export const service = new TokenService(stack, 'T', props);
    const jwk = { kid: '1', kty: 'EC', crv: 'P-256', x: 'x', y: 'y', alg: 'ES256', use: 'sig' };
    export const guard = new TokenAuthorizer(stack, 'A', { issuer: service.issuer, audience: 'a', jwks: { keys: [jwk] } });
    export const whole = new PawlStack(new App(), 'P', { service: { alarms: false } });
    // @ts-expect-error a misspelt name
    export const wrong: TokenServiceProps = { memorySize: { logon: 2048 } };
  `;

  test('types are right for TypeScript 7, with every library checked', () => {
    // aws-cdk-lib's own types do not pass with exact optional properties.
    const options = { types: ['node'], exactOptionalPropertyTypes: false };
    expect(compile(shop, { 'esm.mts': typed, 'cjs.cts': typed }, options).slice(0, 2000)).toBe('');
  });

  test('and for TypeScript 5, without a flag', () => {
    const compiler = join(shop.folder, 'node_modules/typescript5');
    const options = { types: ['node'], exactOptionalPropertyTypes: false, skipLibCheck: true };
    expect(compile(shop, { 'cjs.cts': typed }, options, compiler).slice(0, 2000)).toBe('');
  });

  test('the command line runs on the Node of this machine, without this repository', async () => {
    expect(await shop.must('npx', ['--no-install', 'pawl', '--help'])).toMatch(/\busers\b[\s\S]*\bkeys\b/);
    const { code, stderr } = await shop.run('npx', ['--no-install', 'pawl', 'users', 'nonsense']);
    expect(code).toBe(2);
    expect(stderr).not.toContain('    at ');
  });
});

test('a Python app, with a wheel made by jsii-pacmak, makes the same resources', async () => {
  // PyPI may lag behind npm by a version of aws-cdk-lib.
  const python = await pythonWith(shop, ['aws-cdk-lib', 'constructs', await makeWheel(shop)]);
  const lines = ['import aws_cdk, pawl', 'app = aws_cdk.App()', 'stack = aws_cdk.Stack(app, "ShopStack")'];
  shop.write('app.py', [...lines, 'pawl.TokenService(stack, "Tokens", grace_seconds=60)', 'app.synth()'].join('\n'));
  expect(typesOf(await synth(shop, 'ShopStack', `${python} app.py`))).toEqual(typesOf(own));
});

test('the lowest versions of the peers make the same resources', async () => {
  const old = Stranger.inEmptyFolder();
  const floors = Object.entries(peerFloors).map(([name, version]) => `${name}@${version}`);
  const { before, after } = await old.installAndPrint(packed.tarball, ...floors);
  expect(after).toBe(before);
  old.write('app.mjs', plainJavaScript);
  await old.must('node', ['app.mjs'], { CDK_OUTDIR: 'out', CDK_CONTEXT_JSON: contextOf(shop) });
  const template = JSON.parse(old.read('out/ShopStack.template.json')) as Template;
  expect(typesOf(template)).toEqual(typesOf(own));
  old.leave();
});

badInputSuite(
  () => shop,
  () => packed.tarball,
);

const contextOf = (team: Stranger): string =>
  JSON.stringify((JSON.parse(team.read('cdk.json')) as { context: object }).context);

/** What each resource is, by logical id; without the CDK's note of how the app was made. */
const typesOf = ({ Resources }: Template) =>
  Object.entries(Resources)
    .filter(([id]) => id !== 'CDKMetadata')
    .map(([id, { Type }]) => [id, Type]);
