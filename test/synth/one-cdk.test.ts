import { createRequire } from 'node:module';
import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { afterEach, describe, expect, test } from 'vitest';
import { requireOneCdk } from '../../lib/one-cdk.ts';

/** Two copies of a package in one app. */

const require = createRequire(import.meta.url);
let before: Record<string, NodeJS.Module | undefined> | undefined;

/** Loads packages a second time, as separate modules. */
function again(...packages: readonly string[]): void {
  before = { ...require.cache };
  const inside = packages.map((name) => `/node_modules/${name}/`);
  for (const path of Object.keys(require.cache)) {
    if (inside.some((folder) => path.includes(folder))) delete require.cache[path];
  }
}

afterEach(() => {
  if (before !== undefined) Object.assign(require.cache, before);
  before = undefined;
});

describe('a scope', () => {
  test('of the same copies is accepted: an app’s stack, and constructs in it', () => {
    expect(() => requireOneCdk(new Stack(new App(), 'Shop'))).not.toThrow();
  });

  test('of a second aws-cdk-lib is refused', () => {
    again('aws-cdk-lib');
    const other = require('aws-cdk-lib') as typeof import('aws-cdk-lib');
    expect(() => requireOneCdk(new other.Stack(new other.App(), 'Shop'))).toThrow(
      'Pawl and your app use two copies of aws-cdk-lib: list them with npm ls aws-cdk-lib',
    );
  });

  test('of second constructs is refused', () => {
    again('constructs');
    const { RootConstruct } = require('constructs') as typeof import('constructs');
    const scope: Construct = new RootConstruct();
    expect(() => requireOneCdk(scope)).toThrow(
      'Pawl and your app use two copies of constructs: list them with npm ls constructs',
    );
  });
});
