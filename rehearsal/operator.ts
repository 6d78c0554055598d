import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { must, mustBe, type Subject } from '../smoke/check.ts';
import { expectError } from '../smoke/expect.ts';
import * as session from '../smoke/session.ts';
import { run } from './command.ts';
import { account } from './environment.ts';
import { reusedLine } from './function-log.ts';
import type { Stage } from './stage.ts';

type Row = Readonly<Record<string, unknown>>;

/** An operator at a terminal. Runs every command with `--stack` and records the terminal session. */
export class Operator {
  readonly #stage: Stage;
  readonly #transcript: string;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#transcript = join(stage.home, 'operator.txt');
  }

  /** Runs one command line. @throws CommandError when the exit code is not 0 */
  async pawl(line: string, input = ''): Promise<string> {
    const cli = join(import.meta.dirname, '../cli/main.ts');
    const words = [...line.split(' '), '--stack', 'Pawl'];
    const { output } = await run(process.execPath, [cli, ...words], { env: this.#stage.env, timeoutMs: 60_000, input });
    appendFileSync(this.#transcript, `$ pawl ${words.join(' ')}\n${output}\n`);
    return output;
  }

  /** Runs a command and parses the rows that it prints as JSON. */
  async rows(line: string, input = ''): Promise<readonly Row[]> {
    const output = await this.pawl(`${line} --json`, input);
    const lines = output.split('\n').filter((each) => each.startsWith('{'));
    return lines.map((each) => JSON.parse(each) as Row);
  }
}

const carol = { username: 'carol@example.com', password: 'Halyard and cleat, twice' };

/**
 * The commands of docs/cli.md on a deployed stack, and the drill of docs/operate.md: a stolen token, from the log line
 * to the end of every session.
 */
export async function operateByStack(subject: Subject, graceSeconds: number, stage: Stage): Promise<void> {
  const { progress } = stage;
  const operator = new Operator(stage);
  const [added] = await operator.rows(`users add ${carol.username} --scope read --password-stdin`, carol.password);
  const stolen = await session.login(subject, carol);
  const next = await session.refresh(subject, stolen.refreshToken);
  const rotatedAt = Date.now();

  await progress.step('pawl users, by --stack', () => users(operator, subject));
  await progress.step('pawl sessions and events, by --stack', () => sessions(operator, subject));
  await progress.step('pawl export, import and restore, by --stack', () => transfer(operator, stage));
  await progress.step('a stolen token, from the log line to the end', async () => {
    await delay(Math.max(0, rotatedAt + (graceSeconds + 2) * 1000 - Date.now()));
    expectError(await session.tryRefresh(subject, stolen.refreshToken), 400, 'invalid_grant');
    const line = await reusedLine(stage.endpoint);
    mustBe('the subject in the log', line.subject, String(added?.subject));
    const [who] = await operator.rows(`users show ${line.subject}`);
    mustBe('the username of the subject', String(who?.username), carol.username);
    const [ended] = await operator.rows(`sessions show ${line.subject} ${line.sessionId}`);
    mustBe('the state of the session', String(ended?.state), 'reused');
    const other = await session.login(subject, carol);
    await operator.pawl(`sessions end-all ${line.subject} --cause TheftSuspected --yes`);
    for (const { refreshToken } of [next, other]) {
      expectError(await session.tryRefresh(subject, refreshToken), 400, 'invalid_grant');
    }
    mustBe('live sessions', (await operator.rows(`sessions list ${line.subject}`)).length, 0);
    await operator.pawl(`users disable ${line.subject} --yes`);
    await operator.pawl(`users delete ${line.subject} --yes`);
  });
}

async function users(operator: Operator, subject: Subject): Promise<void> {
  const name = 'dave@example.com';
  await operator.pawl(`users add ${name} --password-stdin`, carol.password);
  await operator.pawl(`users set-scopes ${name} read write`);
  await operator.pawl(`users set-claims ${name} {"plan":"pro"}`);
  await operator.pawl(`users rename ${name} dave`);
  const [reset] = await operator.rows('users reset dave --yes');
  const password = String(reset?.password);
  await session.revoke(subject, (await session.login(subject, { username: 'dave', password })).refreshToken);
  await operator.pawl('users set-password dave --password-stdin --yes', carol.password);
  await operator.pawl('users disable dave --yes');
  await operator.pawl('users enable dave');
  const [shown] = await operator.rows('users show dave');
  mustBe('the scopes', JSON.stringify(shown?.scopes), '["read","write"]');
  const listed = await operator.rows('users list');
  must(
    listed.some(({ username }) => username === 'dave'),
    'dave is missing from the list',
  );
  await operator.pawl('users delete dave --yes');
}

async function sessions(operator: Operator, subject: Subject): Promise<void> {
  const { sessionId, refreshToken } = await session.login(subject, carol);
  const listed = await operator.rows(`sessions list ${carol.username}`);
  mustBe('live sessions', listed.length, 2);
  await operator.pawl(`sessions show ${carol.username} ${sessionId}`);
  await operator.pawl(`sessions end ${carol.username} ${sessionId} --yes`);
  expectError(await session.tryRefresh(subject, refreshToken), 400, 'invalid_grant');
  await operator.pawl('keys list');
}

/** Imports an export and finds every user. Then moves one account to a table like a restored one, and back. */
async function transfer(operator: Operator, { home, endpoint }: Stage): Promise<void> {
  const file = join(home, 'accounts.jsonl');
  const accounts = await operator.rows('export');
  const moved = accounts.map((row) => ({ ...row, username: 'erin', subject: 'erin-from-afar' })).slice(0, 1);
  writeFileSync(file, [...accounts, ...moved].map((row) => `${JSON.stringify(row)}\n`).join(''));
  await operator.pawl(`import ${file} --dry-run`);
  await operator.pawl(`import ${file}`);
  mustBe('the imported account', String((await operator.rows('users show erin'))[0]?.subject), 'erin-from-afar');
  await createRestored(endpoint);
  await operator.pawl('restore --from restored --dry-run');
  await operator.pawl('restore --from restored --yes');
  await operator.pawl('users delete erin --yes');
}

async function createRestored(endpoint: string): Promise<void> {
  const { region, accessKey, secretKey } = account;
  const client = new DynamoDBClient({
    ...{ endpoint, region, credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } },
    requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'restored',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}

/** Withdraws the previous signing key. The current one cannot be withdrawn before verifiers know the next key. */
export async function withdrawPrevious(stage: Stage): Promise<string> {
  const operator = new Operator(stage);
  const previous = (await operator.rows('keys list')).find(
    ({ ring, state }) => ring === 'signing' && state === 'previous',
  );
  must(previous !== undefined, 'there is no previous key');
  const kid = String(previous.kid);
  await operator.pawl(`keys withdraw ${kid} --yes`);
  const left = await operator.rows('keys list');
  must(!left.some((key) => key.kid === kid && key.published === true), `${kid} is still published`);
  return kid;
}
