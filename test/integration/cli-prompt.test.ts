import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { passwordFromPrompt } from '../../cli/password-input.ts';
import { rejectionOf } from '../support/expect.ts';

/** A terminal in place of standard input: remembers whether it echoes what is typed. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  raw = false;
  /** What was typed while the terminal itself echoed. */
  echoed = '';

  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }

  type(keys: string): void {
    if (!this.raw) this.echoed += keys;
    this.write(keys);
  }
}

const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {};
let terminal: Terminal;
let shown = '';

beforeEach(() => {
  terminal = new Terminal();
  shown = '';
  Object.defineProperty(process, 'stdin', { configurable: true, value: terminal });
  const show = (chunk: string | Uint8Array) => {
    shown += String(chunk);
    return true;
  };
  vi.spyOn(process.stderr, 'write').mockImplementation(show);
  vi.spyOn(process.stdout, 'write').mockImplementation(show);
});
afterEach(() => {
  Object.defineProperty(process, 'stdin', stdin);
});

/** Types one answer after the other, each once it is asked for. */
async function answer(...answers: readonly string[]): Promise<void> {
  for (const [index, text] of answers.entries()) {
    while (shown.split(': ').length <= index + 1) await turn();
    terminal.type(text);
  }
}

describe('the prompt', () => {
  test('asks twice, and shows nothing of what is typed', async () => {
    const asked = passwordFromPrompt();
    await answer('Canary pässword\r', 'Canary pässword\r');
    expect(await asked).toBe('Canary pässword');
    expect(shown).toBe('Password: \nOnce more: \n');
    expect(terminal.echoed).toBe('');
    expect(terminal.raw).toBe(false);
  });

  test('lets mistakes be corrected', async () => {
    const asked = passwordFromPrompt();
    await answer('Canaryy\x7f password\r', 'Canary password\r');
    expect(await asked).toBe('Canary password');
  });

  test('refuses two answers that differ', async () => {
    const asked = rejectionOf(passwordFromPrompt());
    await answer('Canary password\r', 'Canary passport\r');
    expect(await asked).toMatchObject({ name: 'Failure', exitCode: 1, message: 'the two passwords differ' });
    expect(shown).not.toContain('Canary');
  });

  test('is left by Ctrl-C, and gives the terminal back as it was', async () => {
    const asked = rejectionOf(passwordFromPrompt());
    await answer('Can\x03');
    expect(await asked).toMatchObject({ name: 'Failure', exitCode: 130 });
    expect(shown).not.toContain('Can');
    expect(terminal.raw).toBe(false);
  });
});
