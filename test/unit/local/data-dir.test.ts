import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeDataDir } from '../../../local/data-dir.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-data-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a second service does not start on the same data while the first runs', () => {
  const giveBack = takeDataDir(join(directory, 'new'));
  expect(() => takeDataDir(join(directory, 'new'))).toThrow(`is in use by process ${process.pid}`);
  giveBack();
  takeDataDir(join(directory, 'new'))();
});

test('the lock of a process that was killed is taken over', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  writeFileSync(join(directory, 'lock'), String(pid));
  takeDataDir(directory)();
});

test('a path that is not a directory is reported before anything starts', () => {
  writeFileSync(join(directory, 'file'), '');
  expect(() => takeDataDir(join(directory, 'file'))).toThrow(/PAWL_DATA_DIR .*file cannot be used: .*EEXIST/);
  mkdirSync(join(directory, 'lock'));
  expect(() => takeDataDir(directory)).toThrow(/cannot be locked/);
});
