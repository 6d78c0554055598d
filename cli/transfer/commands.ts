import { once } from 'node:events';
import { type Command, Option } from 'commander';
import type { Fault } from '../../lambda/core/errors.ts';
import { openTable } from '../../lambda/store/dynamo.ts';
import { listAccounts } from '../../lambda/store/list-accounts.ts';
import { confirmed } from '../frame/ask.ts';
import { command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { readableAccounts, tableOf } from '../frame/table.ts';
import { formatNames } from './formats/formats.ts';
import type { Incoming } from './incoming.ts';
import { toLine } from './line.ts';
import { openAccounts, type ReadOptions } from './read-file.ts';
import { openReport } from './report.ts';
import { transfer } from './transfer.ts';

export const exportAccounts = command({
  usage: 'export',
  summary: 'write all accounts to standard output, as JSON Lines with password hashes',
  changes: false,
  examples: [['export --stack Pawl > accounts.jsonl', 'write a file; read the whole table']],
  run: async (_args, _options, { target, io }) => {
    if ((io.stdout as { isTTY?: boolean }).isTTY === true) {
      throw new Failure('an export contains password hashes: redirect it to a file', exitCodes.usage);
    }
    for await (const page of readableAccounts(tableOf(target), io, { consistent: true })) {
      const flushed = io.stdout.write(page.map(toLine).join(''));
      if (!flushed) await once(io.stdout, 'drain');
    }
  },
});

interface Options {
  readonly dryRun?: boolean;
  readonly report?: string;
}

const withOptions = (made: Command) =>
  made
    .option('--dry-run', 'write nothing to the table')
    .option('--report <file>', 'write every refused account, and what is left out of others, to a file');

export const importAccounts = command<Options & ReadOptions>({
  usage: 'import <file>',
  summary: 'add accounts from an export of Pawl or of another system',
  examples: [
    ['import accounts.jsonl --dry-run --stack Pawl', 'show what would be done'],
    ['import accounts.jsonl --stack Pawl', 'import; continue an interrupted import'],
    ['import users.json --firebase-parameters hash-config.txt --stack Pawl', 'import an export of Firebase'],
  ],
  options: (made) =>
    withOptions(made)
      .addOption(
        new Option('--format <name>', 'system that wrote the file, if its content does not identify it').choices(
          formatNames,
        ),
      )
      .option('--firebase-parameters <file>', 'file with the password hash parameters of the project')
      .option('--auth0-hashes <file>', 'file of password hashes from the support of Auth0')
      .option('--without-hashes', 'leave out password hashes; users need a new password'),
  run: async ([path = ''], { dryRun = false, report: reportPath, ...options }, context) => {
    const { target, steps, io } = context;
    const { incoming, extent } = await openAccounts(path, options, { stdin: io.stdin, nowMs: target.nowMs() });
    const inputs = [path, options.firebaseParameters, options.auth0Hashes];
    const report = openReport(reportPath, inputs, context);
    const table = tableOf(target);
    await steps.run(`import ${path}`, () => transfer(incoming, { table, dryRun, report, extent }, context));
  },
});

export const restoreAccounts = command<Options & { from: string }>({
  usage: 'restore',
  summary: 'copy missing accounts and their login names from a restored table',
  asks: true,
  examples: [
    ['restore --from Pawl-restored --dry-run --stack Pawl', 'show what would be done'],
    ['restore --from Pawl-restored --stack Pawl', 'copy; leave existing and deleted accounts alone'],
  ],
  options: (made) => withOptions(made.requiredOption('--from <table>', 'name of the restored table')),
  run: async (_args, { from, dryRun = false, report: path, yes }, context) => {
    const table = tableOf(context.target);
    if (from === table.name) throw new Failure(`${from} is the service's own table`, exitCodes.usage);
    if (!dryRun) await confirmed(`This copies missing accounts from ${from} into ${table.name}.`, yes, context.io);
    const report = openReport(path, [], context);
    await context.steps.run(`restore from ${from}`, () =>
      transfer(accountsOf(from), { table, dryRun, report }, context),
    );
    context.output.say(
      'restored accounts have their old passwords: deploy with sessionsNotBefore (docs/operate.md, "Restore a backup")',
    );
  },
});

async function* accountsOf(tableName: string): AsyncGenerator<Incoming> {
  const broken: Fault[] = [];
  const onBroken = (fault: Fault) => broken.push(fault);
  for await (const page of listAccounts(openTable(tableName), { consistent: true, onBroken })) {
    for (const { kept: _session, ...account } of page) yield { from: account.subject, account };
    for (const { item = '' } of broken.splice(0))
      yield { from: tableName, refused: `${item} cannot be read`, kind: 'an item cannot be read' };
  }
}
