import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { rejectionOf } from '../../support/expect.ts';
import { read, readText, sample } from './read.ts';

/** A file that is missing, not UTF-8, damaged or empty. */

const line = (username: string) => `{"username":"${username}"}\n`;

describe('a file that cannot be read', () => {
  test.each([
    ['missing', 'none.jsonl', 'none.jsonl cannot be read: no such file or directory'],
    ['a folder', '.', '. cannot be read: it is a directory'],
  ])('%s', async (_, path, reason) => {
    await expect(read(path)).rejects.toThrow(reason);
  });

  test.each([
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${line('alice')}`, 'utf16le'), 'is UTF-16', 'UTF-16'],
    ['UTF-16 without', Buffer.from(line('alice'), 'utf16le'), 'is UTF-16', 'UTF-16LE'],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${line('alice')}`, 'utf16le').swap16(), 'is UTF-16', 'UTF-16'],
    ['UTF-16, big-endian, without', Buffer.from(line('alice'), 'utf16le').swap16(), 'is UTF-16', 'UTF-16BE'],
    ['Latin-1', Buffer.from(line('bob') + line('jürgen'), 'latin1'), 'is not UTF-8 in line 2', 'WINDOWS-1252'],
  ])('%s: exit code 2, and how to convert it', async (_, bytes, fault, encoding) => {
    const refused = await rejectionOf(readText(bytes));
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringContaining(`standard input ${fault}`) });
    expect(String(refused)).toContain(`convert it, for example with iconv -f ${encoding} -t UTF-8 > converted`);
  });

  test('a spreadsheet', async () => {
    const zip = Buffer.from('504b030414000600080000002100', 'hex');
    await expect(readText(zip)).rejects.toThrow('standard input is a binary file: export it as JSON or CSV in UTF-8');
  });

  test.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text, { level: 0 })],
  ])('%s: the disk fails after the beginning', async (_, bytesOf) => {
    const stdin = async function* () {
      yield bytesOf(line('alice').repeat(20_000)).subarray(0, 100_000);
      throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    };
    await expect(read('-', {}, Readable.from(stdin()))).rejects.toThrow(
      'standard input cannot be read to its end: EIO',
    );
  });

  test('gzip that ends early', async () => {
    const bytes = gzipSync(line('alice').repeat(20_000), { level: 0 }).subarray(0, 100_000);
    await expect(readText(bytes, {}, 65_536)).rejects.toThrow(
      'standard input cannot be read to its end: the gzip data ends early',
    );
  });

  test('a document that ends early, or is broken', async () => {
    const text = readFileSync(sample('firebase.json'), 'utf8');
    const options = { withoutHashes: true };
    await expect(readText(text.slice(0, -5), options)).rejects.toThrow('standard input ends early, after user 3');
    await expect(readText(text.replace('"bob@', '!bob@'), options)).rejects.toThrow(
      'standard input is not JSON after user 1',
    );
    await expect(readText(`${text}{}`, options)).rejects.toThrow('standard input is not JSON after user 3');
  });
});

describe('a file without accounts: exit code 2', () => {
  test.each([
    ['no bytes', '', 'is empty'],
    ['a byte order mark', '\ufeff', 'is empty'],
    ['blank lines', '\n \r\n\n', 'is empty: it has only blank lines'],
    ['a header', 'username,email\n', 'has a header, but no rows'],
    ['a header and blank lines', 'username,email\n\n\n', 'has a header, but no rows'],
    ['an empty list', '[]', 'has no users'],
    ['an empty list of users', '{"users":[]}', 'has no users'],
    ['a realm without users', '{"realm":"shop","users":[]}', 'has no users'],
    ['broken JSON', '[{"username"', 'is not known: it has no users at its beginning'],
    ['many blank lines', '\n'.repeat(100_000), 'begins with too many blank lines: remove them'],
  ])('%s', async (_, text, fault) => {
    for (const options of [{}, { format: 'pawl' } as const]) {
      const refused = await rejectionOf(readText(text, options, 65_536));
      if (options.format === undefined) expect(String(refused)).toContain(`standard input ${fault}`);
      expect(refused).toMatchObject({ name: 'Failure', exitCode: 2 });
    }
  });
});
