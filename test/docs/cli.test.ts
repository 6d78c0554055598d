import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { exitCodes } from '../../cli/frame/failure.ts';
import { createProgram } from '../../cli/program.ts';
import { readPage, section, tableRows } from './support/pages.ts';

const page = readPage('docs/cli.md');
const rows = (heading: string) => tableRows(section(page, heading)).slice(1);
const { env, stdin, stdout, stderr } = process;
const program = createProgram({ env, stdin, stdout, stderr });

const usageOf = (...path: readonly Command[]): string => {
  const args = path.at(-1)?.usage().replace('[options]', '').trim() ?? '';
  return [...path.map((command) => command.name()), args].filter((part) => part !== '').join(' ');
};

test('docs/cli.md has every command with its arguments', () => {
  const known = program.commands
    .filter((command) => !['completion', 'complete', 'help'].includes(command.name()))
    .flatMap((command) =>
      command.commands.length === 0 ? [usageOf(command)] : command.commands.map((each) => usageOf(command, each)),
    );
  const written = rows('Commands').map(([command = '']) => command.replaceAll('`', ''));
  expect(written.sort()).toEqual(known.sort());
});

test('docs/cli.md has every exit code', () => {
  const written = rows('Exit codes').map(([code]) => Number(code));
  expect(written).toEqual([0, ...Object.values(exitCodes)]);
});

test('every command has examples that it would take', () => {
  for (const group of program.commands.filter(({ commands }) => commands.length > 0)) {
    for (const command of group.commands) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      const lines = [...help.matchAll(/^ {2}pawl (.+?)(?: {2,}.*)?$/gm)].map(([, line = '']) => line);
      expect(lines.length, command.name()).toBeGreaterThan(0);
      const options = command.options.map(({ long }) => long);
      for (const line of lines) {
        expect(line.startsWith(`${group.name()} ${command.name()}`), line).toBe(true);
        for (const [option] of line.matchAll(/--[a-z-]+/g)) expect(options, line).toContain(option);
      }
    }
  }
});
