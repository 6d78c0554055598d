import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage, root, section, tableRows } from './support/pages.ts';

const page = readPage('docs/construct.md');

/** Names of an interface's properties, and of those that have no default. */
function propsOf(file: string, name: string) {
  const code = readFileSync(join(root, file), 'utf8');
  const body = new RegExp(`^export interface ${name} [^{]*\\{\\n(.*?)^\\}`, 'ms').exec(code)?.[1] ?? '';
  const found = [...body.matchAll(/^ {2}readonly (\w+)(\??):/gm)];
  const withDefault = [...body.matchAll(/@default .+\n(?: +\* .+\n)* +\*\/\n {2}readonly (\w+)\?:/g)].map(
    ([, one]) => one,
  );
  return {
    all: found.map(([, prop = '']) => prop),
    optional: found.filter(([, , mark]) => mark === '?').map(([, prop = '']) => prop),
    withDefault,
  };
}

const service = propsOf('lib/token-service-props.ts', 'TokenServiceProps');
const watch = propsOf('lib/operations.ts', 'WatchProps');
const authorizer = propsOf('lib/token-authorizer.ts', 'TokenAuthorizerProps');

const written = (heading: string) =>
  tableRows(section(page, heading))
    .map(([name = '']) => /^`(\w+)`$/.exec(name)?.[1])
    .filter((name) => name !== undefined);

test('docs/construct.md has every prop of TokenService, and none that does not exist', () => {
  expect(service.all.length).toBeGreaterThan(10);
  expect(written('TokenService').sort()).toEqual([...service.all, ...watch.all].sort());
});

test('and every prop of the authorizer alone', () => {
  expect(authorizer.all.length).toBeGreaterThan(8);
  expect(written('TokenAuthorizer').sort()).toEqual([...authorizer.all].sort());
});

test('every prop that may be left out says its default', () => {
  for (const { optional, withDefault } of [service, watch, authorizer]) expect(withDefault).toEqual(optional);
});
