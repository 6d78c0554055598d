import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamoDb } from '../../local/aws/dynamodb.ts';
import { callDynamoDb, localCredentials } from '../../local/aws/dynamodb-call.ts';
import { place } from '../../local/cloudformation/resource-types.ts';
import { objectOf } from '../../local/json.ts';
import { CommandLine } from '../../scripts/command-line.ts';
import { exitOnSignals } from '../../scripts/exit-on-signals.ts';
import { check } from './check.ts';
import { personOf, refusedEvery, writePeople } from './people.ts';
import { runImport } from './run.ts';
import { DrillTable } from './table.ts';

const help = `npm run import-drill -- [options]

Imports generated users with mixed hashes into a local table, kills the import at random points, repeats it until it completes,
and compares the table with the file.

  --users <number>  number of users (default 2000)
  --kills <number>  number of times the import is killed (default 3)
  --seed <number>   seed of the random numbers (default 1)

Exit code 1: an account is missing, duplicated or wrong.`;

const commandLine = new CommandLine('import-drill', help);
const { values } = commandLine.parse({
  options: {
    users: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
const users = commandLine.wholeNumber('users', values.users, 1);
const kills = commandLine.wholeNumber('kills', values.kills, 0);
const seed = commandLine.wholeNumber('seed', values.seed, 0);

const table = 'import-drill';
const directory = mkdtempSync(join(tmpdir(), 'pawl-import-'));
const dynamo = await startDynamoDb({ engine: 'dynoxide' });
exitOnSignals(() => rmSync(directory, { recursive: true, force: true }));

const say = (line: string) => process.stdout.write(`${line}\n`);
const grouped = (value: number) => value.toLocaleString('en');

async function createTable(): Promise<void> {
  const keys = [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ];
  await callDynamoDb(dynamo.endpoint, 'CreateTable', {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys,
  });
}

/** Counts the items a few times a second, and less often in a large table. */
function whenThereAre(wanted: number, drillTable: DrillTable): () => Promise<boolean> {
  let askAt = 0;
  return async () => {
    if (performance.now() < askAt) return false;
    const startedAt = performance.now();
    const isDue = (await drillTable.itemCount()) >= wanted;
    askAt = performance.now() + 10 * (performance.now() - startedAt);
    return isDue;
  };
}

async function drill(): Promise<void> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  });
  await createTable();
  const drillTable = new DrillTable(table);
  const file = join(directory, 'users.jsonl');
  await writePeople(file, seed, users);
  const args = [file, '--table', table, '--json', '--report', join(directory, 'refused.jsonl')];
  // Each kill falls within the work that is left.
  for (let done = 0, count = 0; count < kills; count += 1) {
    const wanted = done + Math.floor((users * 2.5 - done) * fraction(count));
    const run = await runImport(args, whenThereAre(wanted, drillTable));
    done = await drillTable.itemCount();
    const end = run.wasKilled ? 'killed' : 'ended before the kill';
    say(`run ${count + 1}: ${end} at ${grouped(done)} items after ${run.seconds.toFixed(1)} s, ${run.peakMib} MiB`);
    if (!run.wasKilled) break;
  }
  const last = await runImport(args, async () => false);
  const counts = objectOf(JSON.parse(last.stdout.trim().split('\n').at(-1) ?? '{}'));
  say(`last run: ${JSON.stringify(counts)} after ${last.seconds.toFixed(1)} s, ${last.peakMib} MiB`);
  const refused = Math.floor(users / refusedEvery);
  const isComplete = Number(counts.created) + Number(counts.present) === users && counts.refused === refused;
  if (!isComplete || last.code !== (refused > 0 ? 1 : 0))
    throw new Error(`the last run is not complete:\n${last.stderr}`);
  say('comparing every item with the file');
  const items = await check(drillTable, { seed, users }, (compared) => {
    if (compared % 100_000 === 0) say(`  ${grouped(compared)} users`);
  });
  say(`${grouped(users)} accounts, ${grouped(items)} items: nothing lost, nothing duplicated`);
}

/** From 0.1 to 0.7, by the seed. */
function fraction(count: number): number {
  const text = JSON.stringify(personOf(seed, count + 1).line.passwordHash ?? count);
  return 0.1 + 0.6 * (([...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % 1000) / 1000);
}

try {
  await drill();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
  await dynamo.stop();
}
