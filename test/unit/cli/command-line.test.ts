import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runPawl } from '../../../cli/program.ts';

/** Command lines that are refused before any service is asked. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  let said = '';
  const stream = () => new PassThrough().on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await runPawl(args, { env, stdin: new PassThrough(), stdout: stream(), stderr: stream() });
  return { code, said };
}

test.each([
  [['completion', 'tcsh'], 'shell tcsh is not supported: use zsh, bash, fish or powershell\n'],
  [['users', 'list', '--status', 'gone', '--local'], '--status gone is not supported: use active or disabled\n'],
  [
    ['import', 'x', '--format', 'okta'],
    '--format okta is not supported: use cognito, auth0, firebase, supabase, keycloak or pawl\n',
  ],
  [['completion', "it's\x1b[2J"], "shell it's\ufffd[2J is not supported: use zsh, bash, fish or powershell\n"],
  [['users', 'list', '--\x1b[2J'], "unknown option '--\ufffd[2J'\n"],
])('%j: exit code 2, the value, and what to use instead', async (args, message) => {
  expect(await run(args)).toEqual({ code: 2, said: message });
});

test.each(['abc', '0', '65536', '80 ', '-1', '3000/x'])('PORT=%s is refused, with what is accepted', async (PORT) => {
  expect(await run(['users', 'list', '--local'], { PORT })).toEqual({
    code: 2,
    said: `PORT must be a number from 1 to 65535, not ${PORT}\n`,
  });
});

const nobody = 'the argument <user> is empty; expected: username, e-mail address or subject';
test.each([
  [['users', 'show', ''], nobody],
  [['sessions', 'list', '  '], nobody],
  [['users', 'delete', '', '--yes'], nobody],
  [['users', 'add', ''], 'the argument <username> is empty; expected: login name'],
  [['import', ''], 'the argument <file> is empty; expected: file to read; - for standard input'],
  [['users', 'add', 'x', '--email', ''], '--email is empty: give a value, or leave the option out'],
  [['users', 'list', '--stack', ''], '--stack is empty: give a value, or leave the option out'],
])('%j, from a variable that is not set: exit code 2', async (args, message) => {
  expect(await run([...args, '--local'])).toEqual({ code: 2, said: `${message}\n` });
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
  const lines: unknown[] = [];
  // The library prints it itself.
  const { log } = console;
  console.log = (line: unknown) => lines.push(line);
  try {
    expect(await run(['completion', shell])).toEqual({ code: 0, said: '' });
  } finally {
    console.log = log;
  }
  expect(lines.join('\n')).toContain(shell === 'zsh' ? '#compdef pawl' : `${shell} completion for pawl`);
});
