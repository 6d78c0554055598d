import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { nodeCodec, nodeRandom } from '../../lambda/crypto/node-crypto.ts';
import { openTable } from '../../lambda/store/dynamo.ts';
import { listAccounts } from '../../lambda/store/list-accounts.ts';
import { AccountPlacer } from '../../lambda/store/place-account.ts';
import { confirmed } from '../frame/ask.ts';
import { command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { newOperationId, tableOf } from '../frame/table.ts';
import { fromLine, toLine } from './line.ts';
import { type Incoming, transfer } from './transfer.ts';

export const exportAccounts = command({
  usage: 'export',
  summary: 'write all accounts to standard output as JSON Lines, with their password hashes',
  changes: false,
  examples: [['export --stack Pawl > accounts.jsonl', 'reads the whole table']],
  run: async (_args, _options, { target, io }) => {
    if ((io.stdout as { isTTY?: boolean }).isTTY === true) {
      throw new Failure('an export has password hashes: redirect it to a file', exitCodes.usage);
    }
    for await (const page of listAccounts(tableOf(target), { consistent: true })) {
      const flushed = io.stdout.write(page.map(toLine).join(''));
      if (!flushed) await once(io.stdout, 'drain');
    }
  },
});

interface DryRun {
  readonly dryRun?: boolean;
}

export const importAccounts = command<DryRun>({
  usage: 'import <file>',
  summary: 'add the accounts of an export, or of any JSON Lines of its form; - is standard input',
  examples: [
    ['import accounts.jsonl --dry-run --stack Pawl', 'says what it would do'],
    ['import accounts.jsonl --stack Pawl', 'run again after an interruption, it goes on'],
  ],
  options: (made) => made.option('--dry-run', 'write nothing'),
  run: async ([file = ''], { dryRun = false }, context) => {
    const input = file === '-' ? context.io.stdin : await opened(file);
    const placer = new AccountPlacer(tableOf(context.target), newOperationId);
    await transfer(linesOf(input), { placer, dryRun }, context);
  },
});

export const restoreAccounts = command<DryRun & { from: string }>({
  usage: 'restore',
  summary: 'copy the accounts that are missing from a restored table, with their login names; no sessions',
  asks: true,
  examples: [
    ['restore --from Pawl-restored --dry-run --stack Pawl', 'says what it would do'],
    ['restore --from Pawl-restored --stack Pawl', 'accounts that are there, or were deleted, are left alone'],
  ],
  options: (made) => made.requiredOption('--from <table>', 'the restored table').option('--dry-run', 'write nothing'),
  run: async (_args, { from, dryRun = false, yes }, context) => {
    const table = tableOf(context.target);
    if (from === table.name) throw new Failure(`${from} is the service's own table`, exitCodes.usage);
    if (!dryRun) await confirmed(`This copies missing accounts from ${from} into ${table.name}.`, yes, context.io);
    await transfer(accountsOf(from), { placer: new AccountPlacer(table, newOperationId), dryRun }, context);
    context.output.say('Restored accounts have the passwords of then. Deploy with sessionsNotBefore: docs/operate.md');
  },
});

async function* accountsOf(tableName: string): AsyncGenerator<Incoming> {
  for await (const page of listAccounts(openTable(tableName), { consistent: true })) {
    for (const { kept: _session, ...account } of page) yield { from: account.subject, account };
  }
}

async function* linesOf(input: Readable): AsyncGenerator<Incoming> {
  const newSubject = () => nodeCodec.toBase64url(nodeRandom.bytes(16));
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (text.trim() !== '') yield fromLine(text, number, newSubject);
  }
}

async function opened(file: string): Promise<Readable> {
  const stream = createReadStream(file);
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    throw new Failure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, exitCodes.usage);
  }
}
