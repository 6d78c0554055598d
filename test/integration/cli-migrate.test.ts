import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandResult, pawl } from './support/account.ts';
import { type ProxiedService, startProxied } from './support/service.ts';
import * as session from './support/session.ts';

/** Runs every command line of docs/migrate.md with sample exports, up to the first login. */

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/migrate.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'pawl-migrate-'));
/** The password of all samples. The libraries of those systems made the hashes. */
const password = 'Grüße, correct horse 42';

/** The sample for each file that the page names. */
const samples = {
  'cognito-users.json': 'cognito-list-users.json',
  'auth0-export.ndjson': 'auth0-export.ndjson',
  'auth0-hashes.ndjson': 'auth0-hashes.ndjson',
  'firebase-users.json': 'firebase.json',
  'hash-config.txt': 'firebase-hash-config.txt',
  'supabase-users.csv': 'supabase.csv',
  'keycloak-realm.json': 'keycloak-realm.json',
} as const;

let service: ProxiedService;

beforeAll(async () => {
  for (const [name, from] of Object.entries(samples)) {
    copyFileSync(join(root, 'test/support/exports', from), join(directory, name));
  }
  const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  writeFileSync(join(directory, 'accounts.jsonl'), example);
  const own = { subject: '7', username: 'alice@example.com', email: 'alice@example.com', passwordHash: bcrypt() };
  writeFileSync(join(directory, 'own-users.jsonl'), `${JSON.stringify(own)}\n`);
});
afterAll(() => rmSync(directory, { recursive: true }));

const bcrypt = () =>
  (
    JSON.parse(readFileSync(join(directory, 'auth0-hashes.ndjson'), 'utf8').split('\n')[0] ?? '') as {
      passwordHash: string;
    }
  ).passwordHash;

/** Runs a command line of the page with the sample files. */
function run(line: string): Promise<CommandResult> {
  const words = line
    .replace('--stack Pawl', '--local')
    .split(' ')
    .filter((word) => word !== '>');
  const isFile = (word: string) => /\.(jsonl?|ndjson|csv|txt)$/.test(word);
  const args = words.map((word) => (isFile(word) ? join(directory, word) : word));
  return pawl(
    service,
    line.startsWith('export') ? args.slice(0, -1) : [...args, ...(line.startsWith('users') ? ['--yes'] : [])],
  );
}

/** The command lines of a section. Each section has a separate service. */
const sections = page
  .split(/^## /m)
  .map(
    (text) =>
      [
        text.split('\n')[0] ?? '',
        [...text.matchAll(/^npm run -s pawl -- (.+)$/gm)].map(([, line = '']) => line),
      ] as const,
  )
  .filter(([, lines]) => lines.length > 0);

/** Users who can log in afterwards with the old password. */
const logins: Readonly<Record<string, readonly string[]>> = {
  'From Auth0': ['alice@example.com'],
  'From Firebase': ['alice@example.com'],
  'From Supabase': ['alice@example.com', '15550104'],
  'From Keycloak': ['alice', 'ALICE@example.com'],
  'From your own table': ['alice@example.com'],
};

test('there are sections to run', () => {
  expect(sections.map(([heading]) => heading)).toEqual([
    'Add accounts',
    'From Cognito',
    ...Object.keys(logins),
    'Export',
  ]);
});

test.each(sections)('%s', async (heading, lines) => {
  service = await startProxied();
  try {
    for (const line of lines) {
      const { code, stderr } = await run(line);
      // The samples contain users that cannot be imported; the page's own example does not.
      expect([0, ...(stderr.includes(' refused: see ') ? [1] : [])], stderr).toContain(code);
    }
    for (const username of logins[heading] ?? []) {
      const reply = await session.login(service, { username, password });
      expect(reply.status, `${username}: ${reply.text}`).toBe(200);
    }
    const disabled = await session.login(service, { username: 'bob@example.com', password });
    expect(disabled.status).toBe(400);
  } finally {
    await service.stop();
  }
});
