import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { read } from './read.ts';

/** Files with parts that no export has. Memory stays bounded, and what can be imported is. */

const megabyte = 'a'.repeat(1_048_576);

/** Text in pieces, so that no test holds all of it. */
function readPieces(...pieces: readonly (string | { readonly megabytes: number; readonly of?: string })[]) {
  const chunks = function* () {
    for (const piece of pieces) {
      if (typeof piece === 'string') yield Buffer.from(piece);
      else for (let each = 0; each < piece.megabytes; each += 1) yield Buffer.from(piece.of ?? megabyte);
    }
  };
  return read('-', { withoutHashes: true }, Readable.from(chunks()));
}

const firstUser = '{"users":[{"localId":"1","email":"alice@example.com"}';

test('JSON Lines: a line of 40 MB is refused, and the others are imported', async () => {
  const text = ['{"username":"alice"}\n{"username":"', { megabytes: 40 }, '"}\n{"username":"bob"}\n'] as const;
  const { all } = await readPieces(...text);
  expect(all).toEqual([
    ['line 1', { username: 'alice', hash: 'none' }],
    ['line 2', 'it has more than 4 MB'],
    ['line 3', { username: 'bob', hash: 'none' }],
  ]);
});

test('JSON Lines: a long line that the file ends in', async () => {
  const { all } = await readPieces('{"username":"alice"}\n', { megabytes: 5 });
  expect(all[1]).toEqual(['line 2', 'it has more than 4 MB']);
});

test('JSON Lines whose first line is longer than the part that identifies most files', async () => {
  const metadata = `"user_metadata":{"notes":"${'a'.repeat(200_000)}"}`;
  const line = (id: number) => `{"user_id":"auth0|${id}","email":"${id}@example.com",${metadata}}\n`;
  const { format, all } = await readPieces(line(1), line(2));
  expect([format, all.map(([from]) => from)]).toEqual(['auth0', ['line 1', 'line 2']]);
});

test('a document: a text without an end', async () => {
  await expect(readPieces(`${firstUser}],"more":"`, { megabytes: 65 }, '"}')).rejects.toThrow(
    'standard input, after user 1: more than 64 MB without a user',
  );
});

test('a document: a user without an end', async () => {
  await expect(readPieces(`${firstUser},{"more":[1`, { megabytes: 65, of: `,"${megabyte}"` }, ']}]}')).rejects.toThrow(
    'standard input, after user 1: more than 64 MB without a user',
  );
});

test('a document: nesting without an end', async () => {
  await expect(readPieces(`${firstUser},`, { megabytes: 1, of: '['.repeat(200) })).rejects.toThrow(
    'standard input, after user 1: more than 100 levels of nesting',
  );
});

test('CSV: lines that end differently', async () => {
  const { all } = await readPieces('username,email\r\nalice,a@example.com\nbob,"b@example.com"\r\n\ncarol,\n');
  expect(all.map(([from, what]) => [from, (what as { username?: string }).username])).toEqual([
    ['line 2', 'alice'],
    ['line 3', 'bob'],
    ['line 5', 'carol'],
  ]);
});
