import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** A number that is misspelt must not look like a run that found nothing. */
test.each([
  ['verification/torture/main.ts --seed x', 'torture: --seed takes a whole number of at least 0, not "x"'],
  ['verification/torture/main.ts --ops 5O', 'torture: --ops takes a whole number of at least 1, not "5O"'],
  ['verification/torture/main.ts --ops 0', 'torture: --ops takes a whole number of at least 1, not "0"'],
  ['verification/torture/main.ts --engine dynalite', 'torture: --engine is one of memory, dynoxide, not "dynalite"'],
  ['verification/torture/main.ts --remove no-such', 'torture: no guard is called no-such; known: floor, '],
  ['verification/torture/main.ts --sed 1', "torture: Unknown option '--sed'"],
  ['verification/search/main.ts --size huge', 'search: --size is one of theft, revoke, '],
  ['verification/search/main.ts --remove no-such', 'search: no guard is called no-such; known: floor, '],
  [
    'verification/fuzz/main.ts --target token,tokens',
    'fuzz: --target is one of token, params, cookies, access-token, payload, not "tokens"',
  ],
  ['verification/fuzz/main.ts --executions 1e3', 'fuzz: --executions takes a whole number of at least 1, not "1e3"'],
  ['verification/bench/main.ts --sessions ten', 'bench: --sessions takes a whole number of at least 1'],
  ['verification/bench/main.ts scales', 'bench: no such part: scales; there are correctness, '],
  ['verification/bench/main.ts --write scale', 'bench: --write records a full run'],
  ['verification/bench/main.ts refresh --sessions 5', 'bench: --sessions applies only to the part scale'],
])('%s is refused before anything runs', (command, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, command.split(' '), {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toContain(words);
  expect({ status, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ status: 2, stdout: '', lines: 1 });
});

/** Long runs begin with reading the command line: a misspelt option must not cost ten minutes. */
test.each([
  ['build', 'scripts/build.ts'],
  ['cost', 'scripts/cost.ts'],
  ['package', 'scripts/package/main.ts'],
  ['sizes', 'scripts/package/sizes.ts'],
  ['smoke', 'smoke/main.ts'],
  ['demo', 'local/demo/main.ts'],
  ['test:deploy', 'rehearsal/main.ts'],
  ['test:moto', 'rehearsal/moto/main.ts'],
  ['lint:template', 'rehearsal/template/main.ts'],
  ['lint:api', 'test/openapi/lint.ts'],
  ['test:api', 'test/openapi/run.ts'],
  ['torture', 'verification/torture/main.ts'],
  ['search', 'verification/search/main.ts'],
  ['fuzz', 'verification/fuzz/main.ts'],
  ['bench', 'verification/bench/main.ts'],
  ['guards', 'test/guards/main.ts'],
])('npm run %s knows --help, and refuses an option that it does not know', (name, file) => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [file, ...args], { cwd: root, encoding: 'utf8', timeout: 20_000 });
  expect(run('--help')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining(`npm run ${name}`) });
  expect(run('--hlep')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining("Unknown option '--hlep'"),
  });
});
