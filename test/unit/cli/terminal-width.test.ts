import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runPawl } from '../../../cli/program.ts';

/** A terminal, and everything that was written to it. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  columns: number | undefined;
  shown = '';

  constructor(columns: number | undefined) {
    super();
    this.columns = columns;
    this.on('data', (chunk: Buffer) => {
      this.shown += chunk.toString('utf8');
    });
  }

  setRawMode(): this {
    return this;
  }
}

test.each([[0], [undefined], [80]])(
  'a terminal of %s columns shows a question on lines of 80',
  { timeout: 5000 },
  async (columns) => {
    const [stdin, stderr] = [new Terminal(80), new Terminal(columns)];
    const env = { AWS_REGION: 'eu-west-1' };
    const line = ['restore', '--from', 'Pawl-restored', '--table', 'Pawl'];
    const ended = runPawl(line, { env, stdin, stdout: new PassThrough(), stderr });
    while (!stderr.shown.includes('No')) await turn();
    stdin.write('n');
    expect(await ended).toBe(130);
    expect(stderr.shown).toContain('This copies missing accounts from Pawl-restored into Pawl. Continue?');
    expect(stderr.shown).toContain('\nstopped: nothing was changed\n');
  },
);

test('a terminal that knows its width keeps it', async () => {
  const stderr = new Terminal(41);
  await runPawl(['completion'], { env: {}, stdin: new PassThrough(), stdout: new PassThrough(), stderr });
  expect(stderr.columns).toBe(41);
});
