import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mayUseColours, Page, StoryError, shorten } from '../../local/demo/page.ts';
import { root } from './support/pages.ts';

describe('npm run demo', () => {
  test('tells the whole story, on a page or two, in plain text, and shows no whole token', async () => {
    const { code, out, err } = await run();
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^All \d+ checks held/m);
    for (const title of [
      'Log in',
      'A response is lost',
      'Tabs refresh in parallel',
      'A thief replays a copy',
      'Log out',
    ]) {
      expect(out).toContain(title);
    }
    expect(out.split('\n').length).toBeLessThan(80);
    expect(out).not.toContain('\u001b');
    expect(out).not.toMatch(/[\w-]{40}/);
  }, 120_000);

  test('a check that fails names its step', () => {
    const page = new Page({ write: () => {}, colours: false });
    page.step('First');
    page.check('it holds', true);
    page.step('Second');
    const failing = () => page.check('it holds', false, '1');
    expect(failing).toThrow(StoryError);
    expect(failing).toThrow('step 2 "Second" failed: it holds (found: 1)');
    expect(page.checks).toBe(1);
  });

  test('colours only where they are wanted', () => {
    expect(mayUseColours(true, {})).toBe(true);
    expect(mayUseColours(true, { NO_COLOR: '' })).toBe(true);
    expect(mayUseColours(true, { NO_COLOR: '1' })).toBe(false);
    expect(mayUseColours(true, { TERM: 'dumb' })).toBe(false);
    expect(mayUseColours(false, {})).toBe(false);
    const written: string[] = [];
    new Page({ write: (text) => written.push(text), colours: true }).note('later');
    expect(written.join('')).toContain('\u001b[2mlater\u001b[0m');
  });

  test('a token is shown by its ends', () => {
    expect(shorten(`pwl1.${'a'.repeat(100)}.zzzzzz`)).toBe('pwl1.aaaaaaa...zzzzzz');
    expect(shorten('short')).toBe('short');
  });
});

function run(): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, 'local/demo/main.ts')], { cwd: root, timeout: 110_000 });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
