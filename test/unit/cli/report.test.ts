import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { createOutput } from '../../../cli/frame/output.ts';
import { openReport } from '../../../cli/transfer/report.ts';

/** The report of refused accounts. */

const folder = mkdtempSync(join(tmpdir(), 'pawl-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
const context = {
  io: { env: {}, stdin: Readable.from([]), stdout: nowhere(), stderr: nowhere() },
  output: createOutput(false, () => {}),
};

test('a disk that is full is a refusal', async () => {
  const report = openReport('/dev/full', [], context);
  await expect(report.add({ from: 'line 1', reason: 'not JSON' })).rejects.toThrow(
    '/dev/full cannot be written: no space left on the disk',
  );
  expect(report.close()).toBe('see /dev/full');
});

test('text from a file cannot move the cursor of a terminal', async () => {
  let written = '';
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  const report = openReport(undefined, [], { ...context, io: { ...context.io, stderr } });
  await report.add({ from: 'line 1', reason: 'an account has no member \u001b[2J\u009bx\n' });
  report.close();
  expect(written).toBe('line 1: an account has no member \uFFFD[2J\uFFFDx\uFFFD\n');
});

test('a file that is read is not emptied, by whatever name', () => {
  const file = join(folder, 'accounts.jsonl');
  writeFileSync(file, '{"username":"alice"}\n');
  symlinkSync(file, join(folder, 'symbolic'));
  linkSync(file, join(folder, 'hard'));
  for (const path of [file, join(folder, 'symbolic'), join(folder, 'hard'), join(folder, '.', 'accounts.jsonl')]) {
    expect(() => openReport(path, [undefined, file], context)).toThrow(`${path} is also read`);
  }
  expect(readFileSync(file, 'utf8')).toBe('{"username":"alice"}\n');
});

test('lines arrive in the order of their refusals; a second run replaces them', async () => {
  const path = join(folder, 'refused.jsonl');
  for (const run of [1, 2]) {
    const report = openReport(path, ['-', 'none.jsonl'], context);
    await Promise.all([1, 2, 3].map((number) => report.add({ from: `line ${number}`, reason: `run ${run}` })));
    expect(report.close()).toBe(`see ${path}`);
  }
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    [1, 2, 3].map((number) => ({ from: `line ${number}`, reason: 'run 2' })),
  );
});

test('what is left out of an account is in the file, with the reason', () => {
  const path = join(folder, 'left-out.jsonl');
  const report = openReport(path, [], context);
  report.leftOut('line 1', []);
  report.leftOut('line 2', ['email', 'user_metadata']);
  report.close();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    from: 'line 2',
    leftOut: { email: 'the address is not verified', user_metadata: 'accounts have no such field' },
  });
});
