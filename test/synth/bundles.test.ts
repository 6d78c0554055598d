import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { contractFingerprint, sourceFingerprint, stampFile } from '../../lib/bundles.ts';
import { TokenAuthorizer } from '../../lib/token-authorizer.ts';
import { TokenService } from '../../lib/token-service.ts';
import { standInBundles } from './support/synth.ts';

/** What each construct says of a directory of bundles; undefined when it takes them. */
function verdictOn(bundles: string): readonly (string | undefined)[] {
  const stack = new Stack(new App(), 'Shop');
  const told = { issuer: 'https://auth.example.com', audience: 'orders', bundles };
  const service = () => new TokenService(stack, 'Tokens', { bundles });
  const authorizer = () => new TokenAuthorizer(stack, 'Guard', told).forRestApi();
  return [service, authorizer].map((make) => {
    try {
      make();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
}

const stamp = (directory: string, content: object) =>
  writeFileSync(
    join(directory, stampFile),
    JSON.stringify({ contract: contractFingerprint(), sources: {}, ...content }),
  );

describe('the built functions', () => {
  test('are taken when they fit', () => {
    expect(verdictOn(standInBundles())).toEqual([undefined, undefined]);
  });

  test('a directory that does not exist is named, with what to do', () => {
    for (const message of verdictOn('/nowhere')) {
      expect(message).toContain('bundles: /nowhere does not exist: run `npm run build`');
      expect(message?.split('\n').length).toBe(2);
    }
  });

  test('every function that is missing is named', () => {
    const directory = standInBundles();
    for (const entry of ['login', 'refresh', 'rest-authorizer']) rmSync(join(directory, entry), { recursive: true });
    mkdirSync(join(directory, 'login'));
    const [service, authorizer] = verdictOn(directory);
    expect(service).toContain('has no login/index.js, refresh/index.js:');
    expect(authorizer).toContain('has no rest-authorizer/index.js:');
  });

  test.each([
    ['without a stamp', (directory: string) => rmSync(join(directory, stampFile))],
    ['with a stamp that is not JSON', (directory: string) => writeFileSync(join(directory, stampFile), '{')],
    ['of another version of the constructs', (directory: string) => stamp(directory, { contract: 'other' })],
  ])('functions %s are refused', (_name, change) => {
    const directory = standInBundles();
    change(directory);
    for (const message of verdictOn(directory))
      expect(message).toContain('was built for another version of the constructs');
  });

  test('functions that are older than their sources are refused', () => {
    const directory = standInBundles();
    const path = 'lambda/core/refresh.ts';
    stamp(directory, { sources: { refresh: { [path]: sourceFingerprint(path) } } });
    expect(verdictOn(directory)).toEqual([undefined, undefined]);
    stamp(directory, { sources: { refresh: { [path]: 'older' } } });
    expect(verdictOn(directory)).toEqual([expect.stringContaining(`is older than ${path}`), undefined]);
    stamp(directory, { sources: { restAuthorizer: { 'lambda/gone.ts': 'a' } } });
    expect(verdictOn(directory)).toEqual([undefined, expect.stringContaining('is older than lambda/gone.ts')]);
  });
});
