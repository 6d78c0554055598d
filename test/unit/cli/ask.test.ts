import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { confirmed, readPassword } from '../../../cli/frame/ask.ts';
import type { Io } from '../../../cli/frame/io.ts';
import { rejectionOf } from '../../support/expect.ts';

/** A terminal in place of standard input: remembers whether it echoes what is typed. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  /** What was typed while the terminal itself echoed. */
  echoed = '';

  setRawMode(raw: boolean): this {
    this.isRaw = raw;
    return this;
  }

  type(keys: string): void {
    if (!this.isRaw) this.echoed += keys;
    this.write(keys);
  }
}

let terminal: Terminal;
let shown: string;
let io: Io;

beforeEach(() => {
  terminal = new Terminal();
  shown = '';
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
  });
  io = { env: {}, stdin: terminal, stdout: new PassThrough(), stderr };
});

/** Types keys once the question is there. */
async function answer(question: string, keys: string): Promise<void> {
  while (!shown.includes(question)) await turn();
  terminal.type(keys);
}

const accepted = (): string | undefined => undefined;

describe('the prompt for a password', () => {
  test('asks twice, and shows nothing of what is typed', async () => {
    const asked = readPassword(false, accepted, io);
    await answer('Password:', 'Canary pässword\r');
    await answer('Once more:', 'Canary pässword\r');
    expect(await asked).toBe('Canary pässword');
    expect(shown).not.toMatch(/Canary|pässword/);
    expect(terminal.echoed).toBe('');
    expect(terminal.isRaw).toBe(false);
  });

  test('lets mistakes be corrected', async () => {
    const asked = readPassword(false, accepted, io);
    await answer('Password:', 'Canaryy\x7f password\r');
    await answer('Once more:', 'Canary password\r');
    expect(await asked).toBe('Canary password');
  });

  test('repeats the question for a refused password, before asking for it once more', async () => {
    const tooShort = (typed: string) => (typed.length < 8 ? 'Eight characters, please.' : undefined);
    const asked = readPassword(false, tooShort, io);
    await answer('Password:', 'Canary\r');
    await answer('Eight characters, please.', 'Canary password\r');
    await answer('Once more:', 'Canary password\r');
    expect(await asked).toBe('Canary password');
    expect(shown.indexOf('Once more:')).toBeGreaterThan(shown.indexOf('Eight characters, please.'));
    expect(shown).not.toContain('Canary');
  });

  test('starts over if the two differ', async () => {
    const asked = readPassword(false, accepted, io);
    await answer('Password:', 'Canary password\r');
    await answer('Once more:', 'Canary passport\r');
    shown = shown.slice(shown.indexOf('Once more:') + 'Once more:'.length);
    await answer('The two passwords differ. Password:', 'Canary passport\r');
    await answer('Once more:', 'Canary passport\r');
    expect(await asked).toBe('Canary passport');
    expect(shown).not.toContain('Canary');
  });

  test('refuses answers that differ three times', async () => {
    const asked = rejectionOf(readPassword(false, accepted, io));
    for (const question of ['Password:', 'The two passwords differ.', 'The two passwords differ.']) {
      await answer(question, 'Canary password\r');
      await answer('Once more:', 'Canary passport\r');
      shown = shown.slice(shown.indexOf('Once more:') + 'Once more:'.length);
    }
    expect(await asked).toMatchObject({
      name: 'Failure',
      exitCode: 1,
      message: 'the two passwords differ; nothing was changed',
    });
    expect(shown).not.toContain('Canary');
  });

  test('is left by Ctrl-C, and gives the terminal back as it was', async () => {
    const asked = rejectionOf(readPassword(false, accepted, io));
    await answer('Password:', 'Can\x03');
    expect(await asked).toMatchObject({ name: 'Failure', exitCode: 130 });
    expect(shown).not.toContain('Can');
    expect(terminal.isRaw).toBe(false);
  });

  test.each([
    ['Ctrl-D', () => answer('Password:', '\x04')],
    ['the end of the input', () => answer('Password:', '').then(() => void terminal.end())],
  ])('is left by %s', { timeout: 5000 }, async (_name, leave) => {
    const asked = rejectionOf(readPassword(false, accepted, io));
    await leave();
    expect(await asked).toMatchObject({ exitCode: 130, message: 'stopped: nothing was changed' });
    expect(terminal.isRaw).toBe(false);
  });

  test('is left by an input that has ended before', { timeout: 5000 }, async () => {
    await once(terminal.resume().end(), 'end');
    expect(await rejectionOf(readPassword(false, accepted, io))).toMatchObject({ exitCode: 130 });
  });

  test('is not asked without a terminal', async () => {
    const stdin = new PassThrough();
    expect(await rejectionOf(readPassword(false, accepted, { ...io, stdin }))).toMatchObject({ exitCode: 2 });
  });
});

describe('a password on standard input', () => {
  const read = (bytes: Buffer, faultOf = accepted) => {
    const stdin = new PassThrough();
    stdin.end(bytes);
    return readPassword(true, faultOf, { ...io, stdin });
  };

  test('is UTF-8, without the last line break', async () => {
    for (const end of ['', '\n', '\r\n'])
      expect(await read(Buffer.from(`Canary pässword${end}`))).toBe('Canary pässword');
  });

  test('of two lines is refused, because no form can send it', async () => {
    const refused = await rejectionOf(read(Buffer.from('Canary password\nCanary password\n')));
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringMatching(/more than one line/) });
  });

  test.each([
    ['Latin-1', Buffer.from('Canary pässword', 'latin1'), /not UTF-8/],
    ['UTF-16LE', Buffer.from('Canary password', 'utf16le'), /NUL, as UTF-16 does/],
    ['UTF-16LE with a byte order mark', Buffer.from('\ufeffCanary password', 'utf16le'), /not UTF-8/],
    ['UTF-16BE', Buffer.from('Canary password', 'utf16le').swap16(), /NUL, as UTF-16 does/],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffCanary password'), /byte order mark/],
    ['UTF-8 cut short', Buffer.from('Canary pass é').subarray(0, -1), /not UTF-8/],
    ['U+FFFD in place of a letter', Buffer.from('Canary p\ufffdssword'), /U\+FFFD/],
  ])('in %s is refused', async (_name, bytes, message) => {
    const refused = await rejectionOf(read(bytes));
    expect(refused).toMatchObject({ name: 'Failure', exitCode: 2, message: expect.stringMatching(message) });
    expect(String(refused)).not.toContain('Canary');
  });
});

describe('the confirmation', () => {
  test('stops unless the answer is yes', async () => {
    const asked = rejectionOf(confirmed('This ends it.', undefined, io));
    await answer('This ends it. Continue?', '\r');
    expect(await asked).toMatchObject({ exitCode: 130, message: 'stopped: nothing was changed' });
  });

  test('is given by y, or by --yes', async () => {
    const asked = confirmed('This ends it.', undefined, io);
    await answer('This ends it. Continue?', 'y');
    await asked;
    await confirmed('This ends it.', true, { ...io, stdin: new PassThrough() });
  });

  test('is left by Ctrl-D', { timeout: 5000 }, async () => {
    const asked = rejectionOf(confirmed('This ends it.', undefined, io));
    await answer('This ends it. Continue?', '\x04');
    expect(await asked).toMatchObject({ exitCode: 130, message: 'stopped: nothing was changed' });
  });

  test('is refused without a terminal', async () => {
    const stdin = new PassThrough();
    const refused = await rejectionOf(confirmed('This ends it.', undefined, { ...io, stdin }));
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringMatching(/add --yes$/) });
  });
});
