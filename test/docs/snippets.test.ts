import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Page, pages, root } from './support/pages.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pawl-snippets-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** TypeScript blocks of a page by file name: the first line's `// name.ts`. */
function snippetsOf({ fences }: Page): readonly (readonly [string, string])[] {
  return fences
    .filter(({ language }) => language === 'ts')
    .map(({ text }, index) => [/^\/\/ ([\w-]+\.ts)\n/.exec(text)?.[1] ?? `snippet-${index}.ts`, text]);
}

/** Compiles files as the project does, with the browser's types besides, and returns what the compiler says. */
function compile(name: string, files: readonly (readonly [string, string])[]): string {
  const directory = join(scratch, name);
  mkdirSync(directory, { recursive: true });
  for (const folder of ['node_modules', 'lib', 'lambda', 'verify'])
    symlinkSync(join(root, folder), join(directory, folder));
  for (const [file, text] of files) writeFileSync(join(directory, file), text);
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object;
  };
  const config = {
    compilerOptions: {
      ...compilerOptions,
      paths: { pawl: ['./lib/index.ts'] },
      lib: ['es2024', 'dom', 'dom.iterable'],
      noUnusedLocals: true,
    },
    files: files.map(([file]) => file),
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', directory], { encoding: 'utf8', timeout: 60_000 });
  return run.error === undefined ? run.stdout + run.stderr : run.error.message;
}

const withSnippets = pages.filter((page) => snippetsOf(page).length > 0);

describe('TypeScript in the documentation compiles', () => {
  test.each(withSnippets.map((page) => [page.path, page] as const))(
    '%s',
    (path, page) => {
      expect(compile(path.replaceAll('/', '-'), snippetsOf(page))).toBe('');
    },
    60_000,
  );

  test('a fault is noticed', () => {
    expect(withSnippets.length).toBeGreaterThan(0);
    expect(compile('fault', [['fault.ts', 'export const a: number = "text";\n']])).toContain('TS2322');
  }, 60_000);
});
