import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { type Page, pages, root } from './support/pages.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

const { env, stdin, stdout, stderr } = process;
const program = createProgram({ env, stdin, stdout, stderr });

/** Sub-commands of the tools that the pages may name; `*` for any. */
const known: Readonly<Record<string, readonly string[]>> = {
  npm: ['ci', 'install', 'run', 'start', 'test'],
  npx: ['cdk', 'pawl', 'vitest'],
  cdk: ['bootstrap', 'deploy', 'destroy', 'diff', 'synth'],
  aws: ['cognito-idp', 'dynamodb', 'events', 'secretsmanager', 'sns', 'sqs'],
  vitest: ['run'],
  curl: ['*'],
  // The exports of other systems: docs/migrate.md.
  firebase: ['auth:export'],
  psql: ['*'],
  'kc.sh': ['export'],
};

/** What is wrong with the arguments of `pawl`: an unknown command or option. */
function pawlFault(words: readonly string[]): string | undefined {
  let command: Command = program;
  for (const word of words.filter((each) => !each.startsWith('-'))) {
    command = command.commands.find((each) => each.name() === word) ?? command;
  }
  const help = ['--help', '-h'];
  if (words.length > 0 && command.commands.length > 0 && !words.some((word) => help.includes(word)))
    return `${words.join(' ')} is not a command`;
  const options = [...help, ...command.options.map(({ long }) => long)];
  const unknown = words.find((word) => word.startsWith('--') && !options.includes(word));
  return unknown === undefined ? undefined : `${command.name()} has no option ${unknown}`;
}

/** What is wrong with a command line, or undefined. */
function commandFault(line: string): string | undefined {
  const words = line
    .replace(/^([A-Z_]+=\S+\s*)+/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const [tool, name] = words;
  if (tool === undefined) return undefined;
  const names = known[tool];
  if (names === undefined) return `${tool} is not a known tool`;
  if (!names.includes('*') && !names.includes(name ?? '')) return `${tool} ${name} is not a known command`;
  if (tool === 'npx' && name === 'pawl') return pawlFault(words.slice(2));
  if (tool === 'npx') return commandFault(words.slice(1).join(' '));
  if (tool !== 'npm' || name === 'ci' || name === 'install') return undefined;
  const [script] = name === 'run' ? words.slice(2).filter((word) => word !== '-s') : [name];
  if (script === 'pawl') return pawlFault(words.slice(words.indexOf('--') + 1));
  return script !== undefined && Object.hasOwn(scripts, script) ? undefined : `there is no npm script ${script}`;
}

/** Command lines of the page's shell blocks, continued lines joined, and the `npm ...` and `npx ...` of its prose. */
function commandsOf({ fences, prose }: Page): readonly string[] {
  const blocks = fences.filter(({ language }) => language === 'sh');
  const lines = blocks.flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'));
  const inline = [...prose.matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, command = '']) => command);
  return [...lines.map((line) => line.replace(/\s#.*$/, '').trim()), ...inline].filter((line) => line !== '');
}

describe('every command in the documentation exists', () => {
  test.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
    const faults = commandsOf(page).map((line) => [line, commandFault(line)] as const);
    expect(faults.filter(([, fault]) => fault !== undefined)).toEqual([]);
  });

  test('a wrong one is noticed', () => {
    expect(commandFault('npm run nonsense')).toBe('there is no npm script nonsense');
    expect(commandFault('npm publish')).toBe('npm publish is not a known command');
    expect(commandFault('npx cdk explode')).toBe('cdk explode is not a known command');
    expect(commandFault('npm run -s pawl -- users explode --stack Pawl')).toBe(
      'users explode --stack Pawl is not a command',
    );
    expect(commandFault('npm run -s pawl -- users show alice --force')).toBe('show has no option --force');
    expect(commandFault('A=1 jq .')).toBe('jq is not a known tool');
    expect(pages.flatMap(commandsOf).length).toBeGreaterThan(20);
  });
});

test('settings on a documented command line exist', async () => {
  const { settingNames } = await import('../../lib/settings-table.ts');
  const names = pages.flatMap(({ text }) => [...text.matchAll(/ -c (\w+)=/g)].map(([, name]) => name));
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !['key', 'stackName', ...settingNames].includes(name ?? ''))).toEqual([]);
});
