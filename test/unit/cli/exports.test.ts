import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { read, readText, sample } from './read.ts';

/** Accounts from the exports of other systems: docs/migrate.md. The samples have the formats of those systems. */

const firebaseParameters = sample('firebase-hash-config.txt');
const names = (name: string) => ({ username: `${name}@example.com`, email: `${name}@example.com` });

test('Cognito, list-users', async () => {
  const sub = (last: number) => `4498b4a8-6061-70a1-1d22-0f2a5f6a1b0${last}`;
  expect(await read(sample('cognito-list-users.json'))).toEqual({
    format: 'cognito',
    all: [
      ['user 1', { subject: sub(0), ...names('alice'), hash: 'none' }],
      ['user 2', { subject: sub(1), username: 'bob', hash: 'none' }],
      ['user 3', { subject: sub(2), username: 'carol', email: 'carol@example.com', status: 'disabled', hash: 'none' }],
      ['user 4', { subject: sub(3), username: 'google_1234567890', email: 'dora@example.com', hash: 'none' }],
      ['user 5', { subject: sub(4), username: '+15550100', hash: 'none' }],
      ['user 6', 'it has neither a username nor an e-mail address'],
    ],
  });
});

test('Cognito, CSV with the header of a pool', async () => {
  expect(await read(sample('cognito.csv'))).toEqual({
    format: 'cognito',
    all: [
      ['line 2', { ...names('alice'), hash: 'none' }],
      ['line 3', { username: 'bob', hash: 'none' }],
      ['line 4', 'it has neither a username nor an e-mail address'],
    ],
  });
});

describe('Auth0', () => {
  test('bulk export', async () => {
    expect(await read(sample('auth0-export.ndjson'))).toEqual({
      format: 'auth0',
      all: [
        [
          'line 1',
          { subject: 'auth0|5f7c8ec7c33c6c004bbafe82', ...names('alice'), claims: { roles: ['editor'] }, hash: 'none' },
        ],
        ['line 2', { subject: 'auth0|5f7c8ec7c33c6c004bbafe83', username: 'bob', status: 'disabled', hash: 'none' }],
        ['line 3', 'alice@example.com is also in line 1'],
        ['line 4', 'it has neither a username nor an e-mail address'],
      ],
    });
  });

  test('password hashes', async () => {
    expect(await read(sample('auth0-hashes.ndjson'))).toEqual({
      format: 'auth0',
      all: [
        ['line 1', { subject: 'auth0|5f7c8ec7c33c6c004bbafe82', ...names('alice'), hash: '2b' }],
        ['line 2', { subject: 'auth0|5f7c8ec7c33c6c004bbafe83', username: 'bob', hash: '2b' }],
      ],
    });
  });

  test('bulk export and password hashes together', async () => {
    const { all } = await read(sample('auth0-export.ndjson'), { auth0Hashes: sample('auth0-hashes.ndjson') });
    expect(all.slice(0, 2)).toMatchObject([
      ['line 1', { hash: '2b', claims: { roles: ['editor'] } }],
      ['line 2', { hash: '2b', status: 'disabled' }],
    ]);
    const [first = ''] = readFileSync(sample('auth0-export.ndjson'), 'utf8').split('\n');
    const one = await readText(first, { auth0Hashes: sample('auth0-hashes.ndjson') });
    expect(one.all[1]).toEqual(['auth0|5f7c8ec7c33c6c004bbafe83', 'it has a hash, but is not in the export']);
  });

  test('a file for bulk import', async () => {
    expect(await read(sample('auth0-import.json'))).toEqual({
      format: 'auth0',
      all: [
        ['user 1', { subject: 'auth0|alice-1', ...names('alice'), hash: '2b' }],
        ['user 2', { ...names('bob'), hash: 'argon2id' }],
        ['user 3', 'passwordHash is a custom_password_hash with an algorithm other than argon2, bcrypt and pbkdf2'],
      ],
    });
  });
});

test.each(['firebase.json', 'firebase.csv'])('Firebase, %s', async (file) => {
  const unit = file.endsWith('csv') ? 'line' : 'user';
  const subject = (last: number) => `${last - 1}${'mno'[last - 1]}VfzrSgXoYzQpDLxYm4s0cS7Up${last}`;
  expect(await read(sample(file), { firebaseParameters })).toEqual({
    format: 'firebase',
    all: [
      [`${unit} 1`, { subject: subject(1), ...names('alice'), claims: { role: 'editor' }, hash: 'firebase-scrypt' }],
      [`${unit} 2`, { subject: subject(2), ...names('bob'), status: 'disabled', hash: 'none' }],
      [`${unit} 3`, 'it has neither a username nor an e-mail address'],
    ],
  });
});

test('Firebase, CSV of an older version, which has two columns fewer', async () => {
  const rows = readFileSync(sample('firebase.csv'), 'utf8').trim().split('\n');
  const older = rows.map((row) => row.replace(/,(true|false)?,("[^\n]*")?,$/, ','));
  expect(older).not.toEqual(rows);
  const { format, all } = await readText(older.join('\n'), { firebaseParameters });
  expect([format, all.map(([, what]) => typeof what)]).toEqual(['firebase', ['object', 'object', 'string']]);
  expect(all[0]?.[1]).toMatchObject({ ...names('alice'), hash: 'firebase-scrypt' });
});

test.each(['supabase.json', 'supabase.csv'])('Supabase, %s', async (file) => {
  const [unit, first] = file.endsWith('csv') ? ['line', 2] : ['user', 1];
  const subject = (at: number) => `0d1b9c3e-7b5c-4f0e-8a55-00000000000${at}`;
  const from = (at: number) => `${unit} ${first + at}`;
  expect(await read(sample(file))).toEqual({
    format: 'supabase',
    all: [
      [from(0), { subject: subject(0), ...names('alice'), claims: { app_metadata: { role: 'editor' } }, hash: '2b' }],
      [from(1), { subject: subject(1), ...names('bob'), status: 'disabled', hash: '2b' }],
      [from(2), { subject: subject(2), username: '15550104', hash: '2b' }],
      [from(3), 'the user is anonymous'],
      [from(4), 'the user was deleted there'],
      [from(5), { subject: subject(5), ...names('sso'), hash: 'none' }],
    ],
  });
});

describe('Keycloak', () => {
  const subject = (at: number) => `f7a7d3f1-2f0b-4f5f-9d0c-00000000000${at}`;
  const alice = { subject: subject(1), username: 'alice', email: 'alice@example.com', hash: 'pbkdf2-sha512' };
  const bob = { subject: subject(2), username: 'bob@example.com', status: 'disabled', hash: 'argon2id' };
  const carol = { subject: subject(3), username: 'carol', hash: 'none' };

  test.each(['keycloak-realm.json', 'keycloak-users.json'])('%s', async (file) => {
    const service = ['user 4', 'it is the service account of a client'];
    const all = [['user 1', alice], ['user 2', bob], ['user 3', carol], service];
    expect(await read(sample(file))).toEqual({ format: 'keycloak', all });
  });

  test('all realms', async () => {
    const all = [
      ['user 1', carol],
      ['user 2', alice],
      ['user 3', bob],
    ];
    expect(await read(sample('keycloak-all-realms.json'))).toEqual({ format: 'keycloak', all });
  });
});

test('CSV with Pawl’s own columns, from a spreadsheet', async () => {
  expect(await read(sample('accounts.csv'))).toEqual({
    format: 'pawl',
    all: [
      [
        'line 2',
        {
          username: 'alice',
          email: 'alice@example.com',
          claims: { plan: 'pro' },
          scopes: ['read', 'write'],
          hash: '2b',
        },
      ],
      ['line 3', { username: 'bob', status: 'disabled', hash: 'none' }],
    ],
  });
});

test('Firebase hashes need the parameters of the project, unless they are omitted', async () => {
  await expect(read(sample('firebase.json'))).rejects.toThrow('--firebase-parameters <file>, or --without-hashes');
  const { all } = await read(sample('firebase.json'), { withoutHashes: true });
  expect(all[0]?.[1]).toMatchObject({ hash: 'none' });
  await expect(read(sample('firebase.json'), { firebaseParameters: sample('firebase.csv') })).rejects.toThrow(
    'firebase.csv: the Firebase parameters have no algorithm',
  );
  await expect(read(sample('firebase.json'), { firebaseParameters: 'none.txt' })).rejects.toThrow(
    'none.txt: it cannot be read: no such file or directory',
  );
});

test('attributes that users can edit do not become claims', async () => {
  for (const file of ['auth0-export.ndjson', 'supabase.json', 'supabase.csv']) {
    expect(JSON.stringify((await read(sample(file))).all)).not.toContain('admin');
  }
});
