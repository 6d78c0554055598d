import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Incoming } from '../../../cli/transfer/incoming.ts';
import { openAccounts, type ReadOptions } from '../../../cli/transfer/read-file.ts';

const exportsFolder = join(import.meta.dirname, '../../support/exports');

/** A sample export, by its name. */
export const sample = (name: string): string => join(exportsFolder, name);

const nowMs = Date.parse('2026-01-01T00:00:00Z');

/** The result of reading a file: its format, and each account or refusal. Generated subjects are left out. */
export async function read(path: string, options: ReadOptions = {}, stdin: Readable = Readable.from([])) {
  const { format, incoming } = await openAccounts(path, options, { stdin, nowMs });
  const all: Incoming[] = [];
  for await (const each of incoming) all.push(each);
  return { format, all: all.map(shown) };
}

/** The same for text in chunks of a few bytes, so that boundaries fall anywhere. */
export function readText(text: string | Buffer, options?: ReadOptions, piece = 7) {
  const bytes = Buffer.from(text as string);
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
    bytes.subarray(at * piece, (at + 1) * piece),
  );
  return read('-', options, Readable.from(pieces));
}

function shown({ from, account, generated = false, refused }: Incoming) {
  if (account === undefined) return [from, refused] as const;
  const { subject, status, claims, passwordHash = 'none', epoch: _epoch, scopes, ...rest } = account;
  return [
    from,
    {
      ...(generated ? {} : { subject }),
      ...rest,
      ...(status === 'active' ? {} : { status }),
      ...(Object.keys(claims).length === 0 ? {} : { claims }),
      ...(scopes.length === 0 ? {} : { scopes }),
      hash: passwordHash.split('$')[1] ?? passwordHash,
    },
  ] as const;
}
