import { describe, expect, test } from 'vitest';
import { read, readText, sample } from './read.ts';

/** Exports that differ from the samples: other types, empty values, older versions, other clients of a database. */

const bcrypt = '$2b$10$V9Zj8u5M8ejNLG5oRJ7iu.P4oodUOBk97ScrsmRMgNW9iR4Ff8CyK';
const names = (name: string) => ({ username: `${name}@example.com`, email: `${name}@example.com` });
const one = async (...given: Parameters<typeof readText>) => (await readText(...given)).all[0]?.[1];
const keycloak = (user: object) => JSON.stringify({ realm: 'shop', users: [{ username: 'alice', id: '1', ...user }] });
const firebase = (user: object) => JSON.stringify({ users: [{ localId: '1', email: 'alice@example.com', ...user }] });
const supabase = (user: object) =>
  JSON.stringify([{ id: '1', email: 'alice@example.com', encrypted_password: '', ...user }]);
const auth0 = (user: object) => JSON.stringify({ user_id: 'auth0|1', email: 'alice@example.com', ...user });
const cognito = (user: object, attributes: Readonly<Record<string, string>> = {}) => {
  const Attributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  return JSON.stringify({ Users: [{ Username: 'alice', Attributes, ...user }] });
};

describe('whether a user may log in', () => {
  const withoutHashes = true;

  test.each([
    ['Keycloak', (value: unknown) => keycloak({ enabled: value, credentials: [] }), false],
    ['Cognito', (value: unknown) => cognito({ Enabled: value }), false],
    ['Auth0', (value: unknown) => auth0({ blocked: value }), true],
    ['Firebase', (value: unknown) => firebase({ disabled: value }), true],
  ])('%s: in every spelling, and a value that is neither true nor false is refused', async (_, text, disables) => {
    for (const value of [disables, String(disables), String(disables).toUpperCase(), Number(disables)]) {
      expect(await one(text(value), { withoutHashes })).toMatchObject({ status: 'disabled' });
    }
    for (const value of [!disables, String(!disables), Number(!disables), null, undefined]) {
      expect(await one(text(value), { withoutHashes })).not.toHaveProperty('status');
    }
    for (const value of ['yes', 2, {}, []]) {
      expect(await one(text(value), { withoutHashes })).toMatch(/^\w+ is neither true nor false$/);
    }
  });

  test.each([
    ['2099-01-01 00:00:00+00', 'disabled'],
    ['2099-01-01T00:00:00.123456+05:30', 'disabled'],
    ['2020-01-01 00:00:00.1-03', undefined],
    ['2020-01-01', undefined],
    ['infinity', 'disabled'],
    ['-infinity', undefined],
    ['soon', 'disabled'],
  ])('Supabase, banned until %s: %s', async (until, status) => {
    expect(((await one(supabase({ banned_until: until }))) as { status?: string }).status).toBe(status);
  });
});

describe('names', () => {
  const uuid = { Username: '4498b4a8-6061-70a1-1d22-0f2a5f6a1b00' };
  const both = { email: 'alice@example.com', phone_number: '+15550100' };

  test.each([
    [{ ...both, email_verified: 'true', phone_number_verified: 'true' }, names('alice')],
    [{ ...both, email_verified: 'false', phone_number_verified: 'true' }, { username: '+15550100' }],
    [{ ...both, email_verified: 'false', phone_number_verified: 'false' }, names('alice')],
  ])('Cognito, a user without a username: %j', async (attributes, expected) => {
    expect(await one(cognito(uuid, attributes))).toEqual({ ...expected, hash: 'none' });
  });

  test.each([
    [{ email_confirmed_at: '2024-01-01 00:00:00+00', phone_confirmed_at: '2024-01-01 00:00:00+00' }, names('alice')],
    [{ email_confirmed_at: null, phone_confirmed_at: '2024-01-01 00:00:00+00' }, { username: '15550100' }],
    [{ email_confirmed_at: null, phone_confirmed_at: null }, names('alice')],
    [{}, names('alice')],
  ])('Supabase, an address and a phone number: %j', async (confirmed, expected) => {
    expect(await one(supabase({ phone: '15550100', ...confirmed }))).toMatchObject(expected);
    expect(Object.keys((await one(supabase({ phone: '15550100', ...confirmed }))) ?? {})).toHaveLength(
      Object.keys(expected).length + 2,
    );
  });

  test('an id that JSON does not carry exactly', async () => {
    const text = supabase({}).replace('"1"', '12345678901234567890');
    expect(await one(text)).toBe('id is a number that is not exact: export it as text');
    expect(await one(supabase({ id: 7 }))).toMatchObject({ subject: '7' });
  });
});

describe('claims', () => {
  test.each(['null', '', '{}'])('%s stands for no claims', async (json) => {
    const rows = `id,email,encrypted_password,raw_app_meta_data\n1,alice@example.com,,${json}\n`;
    expect(await one(rows)).toEqual({ subject: '1', ...names('alice'), hash: 'none' });
    expect(await one(firebase({ customAttributes: json }), { withoutHashes: true })).not.toHaveProperty('claims');
    expect(await one(auth0({ app_metadata: json }))).not.toHaveProperty('claims');
  });

  test.each(['[1]', '5', '"admin"', 'true'])('%s is refused', async (json) => {
    const row = supabase({ raw_app_meta_data: JSON.parse(json) });
    expect(await one(row)).toMatch(/^raw_app_meta_data is not (a JSON object|JSON)$/);
    const user = firebase({ customAttributes: json });
    expect(await one(user, { withoutHashes: true })).toBe('customAttributes is not a JSON object');
  });
});

test.each(['NULL', 'null', '\\N'])('Supabase, a client that writes %s for an empty column', async (word) => {
  const columns = ['phone', 'encrypted_password', 'raw_app_meta_data', 'banned_until', 'deleted_at', 'is_anonymous'];
  const text = `id,email,${columns.join(',')}\n1,alice@example.com,${columns.map(() => word).join(',')}\n`;
  expect(await one(text)).toEqual({ subject: '1', ...names('alice'), hash: 'none' });
});

test('Auth0, bulk export as CSV, with an apostrophe before every text', async () => {
  const subject = (last: number) => `auth0|5f7c8ec7c33c6c004bbafe8${last}`;
  const expected = [
    ['line 2', { subject: subject(2), ...names('alice'), hash: 'none' }],
    ['line 3', { subject: subject(3), username: 'bob', status: 'disabled', hash: 'none' }],
    ['line 4', { subject: subject(4), ...names("o'hara"), hash: 'none' }],
  ];
  expect(await read(sample('auth0-export.csv'))).toEqual({ format: 'auth0', all: expected });
  const { all } = await read(sample('auth0-export.csv'), { auth0Hashes: sample('auth0-hashes.ndjson') });
  expect(all.slice(0, 2)).toMatchObject([
    ['line 2', { hash: '2b' }],
    ['line 3', { hash: '2b' }],
  ]);
});

describe('Auth0, custom_password_hash', () => {
  const user = (custom: object) => auth0({ custom_password_hash: { algorithm: 'bcrypt', ...custom } });
  const hash = { value: bcrypt };

  test.each([
    [{ hash }, '2b'],
    [{ hash, password: { encoding: 'utf8' } }, '2b'],
    [{ hash: { value: '$pbkdf2-sha512$i=1000,l=16$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA' } }, 'pbkdf2-sha512'],
  ])('%j', async (custom, kind) => {
    expect(await one(user(custom))).toMatchObject({ hash: kind });
  });

  test.each([
    [{ algorithm: 'md5', hash }, 'an algorithm other than'],
    [{ algorithm: 'scrypt', hash }, 'an algorithm other than'],
    [{ hash, password: { encoding: 'utf16le' } }, 'an encoding other than utf8'],
    [{ hash, salt: { value: 'pepper', position: 'prefix' } }, 'a separate salt'],
    [{ hash: {} }, 'without its value'],
    [{ hash: { value: `$2x$${bcrypt.slice(4)}` } }, 'faulty implementation'],
  ])('%j is refused, and imported without its hash on request', async (custom, reason) => {
    expect(await one(user(custom))).toContain(reason);
    expect(await one(user(custom), { withoutHashes: true })).toMatchObject({ ...names('alice'), hash: 'none' });
  });
});

test('Keycloak, a realm of before version 8, and a password in plain text', async () => {
  const [value, salt] = [Buffer.alloc(64, 1).toString('base64'), Buffer.alloc(16, 1).toString('base64')];
  const older = { type: 'password', hashedSaltedValue: value, salt, hashIterations: 27500, counter: 0, digits: 0 };
  const hashOf = (credential: object) => one(keycloak({ enabled: true, credentials: [{ type: 'otp' }, credential] }));
  expect(await hashOf({ ...older, algorithm: 'pbkdf2-sha256' })).toMatchObject({ hash: 'pbkdf2-sha256' });
  expect(await hashOf(older)).toMatchObject({ hash: 'pbkdf2-sha1' });
  expect(await hashOf({ type: 'password', value: 'secret' })).toBe(
    'passwordHash is a password in plain text, not a hash',
  );
});

describe('Pawl’s own lines', () => {
  test.each([
    ['at the first row', [], 'line 2'],
    ['after good rows', ['bob,', 'carol,'], 'line 4'],
  ])('a quote that is not closed, %s: the line where it opens', async (_, before, from) => {
    const rows = [
      'username,email',
      ...before,
      'alice,"alice@example.com',
      ...Array.from({ length: 20 }, (_, n) => `u${n},`),
    ];
    const { all } = await readText(rows.join('\n'));
    expect(all.slice(0, -1).map(([, account]) => account)).toMatchObject(
      before.map((row) => ({ username: row.slice(0, -1) })),
    );
    expect(all.at(-1)).toEqual([from, 'a quote is not closed, so nothing after it can be read']);
  });

  test('null is an absent member, as databases write it', async () => {
    const empty = { subject: null, email: null, passwordHash: null, status: null, claims: null, scopes: null };
    expect(await one(JSON.stringify({ username: 'alice', ...empty }))).toEqual({ username: 'alice', hash: 'none' });
    expect(await one(JSON.stringify({ username: null }))).toMatch(/^username is missing/);
  });

  test('a refused line does not take the name of a later one', async () => {
    const lines = [{ username: 'alice', claims: { '': 1 } }, { username: 'alice' }];
    const { all } = await readText(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(all).toEqual([
      ['line 1', expect.stringContaining('claim "" ')],
      ['line 2', { username: 'alice', hash: 'none' }],
    ]);
  });

  test.each([
    [{ subject: 'a\nb' }, 'subject'],
    [{ subject: '\u001b[2J' }, 'subject'],
    [{ epoch: 2 ** 53 - 1 }, 'epoch'],
    [{ networks: Array.from({ length: 101 }, String) }, 'networks'],
    [{ networks: ['x'.repeat(129)] }, 'networks'],
    [{ passwordHash: 5 }, 'passwordHash'],
  ])('%j is refused', async (more, member) => {
    expect(await one(JSON.stringify({ username: 'alice', ...more }))).toMatch(new RegExp(`^${member} is not `));
  });
});
