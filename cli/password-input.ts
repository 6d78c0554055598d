import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Failure } from './failure.ts';

/** All of standard input but its last line break. */
export async function passwordFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/** Asks twice at the terminal; what is typed is not shown. */
export async function passwordFromPrompt(): Promise<string> {
  if (!process.stdin.isTTY) throw new Failure('there is no terminal to ask for a password: use --password-stdin');
  const first = await askHidden('Password: ');
  if ((await askHidden('Once more: ')) !== first) throw new Failure('the two passwords differ');
  return first;
}

function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => {
      lines.close();
      reject(new Failure('stopped', 130));
    });
    lines.question('', (answer) => {
      process.stderr.write('\n');
      lines.close();
      resolve(answer);
    });
  });
}
