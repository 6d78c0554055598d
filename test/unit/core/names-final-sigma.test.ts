import { beforeEach, describe, expect, test } from 'vitest';
import { createAccount } from '../../../lambda/core/create-account.ts';
import { ExternalUsers } from '../../../lambda/core/external-users.ts';
import { login } from '../../../lambda/core/login.ts';
import { countedName, mapUsername, normaliseEmail, normaliseUsername } from '../../../lambda/core/username.ts';
import { rejectionOf } from '../../support/expect.ts';
import { alice, aliceLogin, openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});

const open = async (username: string) => (await login({ ...aliceLogin, username }, world.tools)).session.subject;
const add = (typed: string, typedEmail: string) => {
  const username = normaliseUsername(typed) ?? '';
  const email = normaliseEmail(typedEmail) ?? '';
  return createAccount({ username, email, password: aliceLogin.password, scopes: [] }, world.tools);
};

describe('names that differ only in the final sigma are one name', () => {
  test.each([
    ['νικος.παπας', 'ΝΙΚΟΣ.ΠΑΠΑΣ', 'Νικος.Παπας', 'νικοσ.παπασ'],
    ["σ'ς", "Σ'Σ", "ς'σ"],
    ['ας:α', 'ΑΣ:Α'],
    ['ας·α', 'ΑΣ·Α'],
    ['ας\u0301', 'ΑΣ\u0301'],
    ['ς', 'Σ', 'σ'],
    ['σίσυφος', 'ΣΊΣΥΦΟΣ', 'Σίσυφος'],
  ])('%j and %j', (...spellings) => {
    for (const normalise of [normaliseUsername, mapUsername, countedName]) {
      expect(new Set(spellings.map(normalise)).size).toBe(1);
    }
    for (const address of [(name: string) => `${name}@example.com`, (name: string) => `a@${name}.example`]) {
      expect(new Set(spellings.map((each) => normaliseEmail(address(each)))).size).toBe(1);
    }
  });

  test('one user has all of them', async () => {
    const { subject } = await add('νικος.παπας', 'νικος@example.com');
    for (const typed of ['νικος.παπας', 'ΝΙΚΟΣ.ΠΑΠΑΣ', 'Νικος.Παπας', 'νικος@example.com', 'ΝΙΚΟΣ@EXAMPLE.COM']) {
      expect(await open(typed)).toBe(subject);
    }
    expect(await rejectionOf(add('ΝΙΚΟΣ.ΠΑΠΑΣ', 'a@example.com'))).toMatchObject({ name: 'NameTaken' });
    expect(await rejectionOf(add('maria', 'ΝΙΚΟΣ@example.com'))).toMatchObject({ name: 'NameTaken' });
  });
});

test('an account from before RFC 8265, stored with a final sigma, is found and keeps its name', async () => {
  const old = { ...alice, subject: 'subject-of-old', username: 'σίσυφος' };
  world.table.accounts.set(old.subject, old);
  world.table.logins.set(old.username, old.subject);
  world.table.oldLogins.add(old.username);
  for (const typed of ['σίσυφος', 'ΣΊΣΥΦΟΣ', 'σίσυφοσ']) expect(await open(typed)).toBe(old.subject);
  expect(await rejectionOf(add('Σίσυφος', 'a@example.com'))).toMatchObject({ name: 'NameTaken' });
});

test('your own user store receives the sigma as typed, in lower case', async () => {
  const asked: string[] = [];
  const verify = async (username: string) => {
    asked.push(username);
    return { subject: 'theirs', claims: {}, scopes: [] };
  };
  const users = new ExternalUsers(world.tools.accounts, { verify }, world.clock);
  for (const username of ['Νίκος', 'ΝΊΚΟΣ', 'νίκοσ']) {
    await login({ ...aliceLogin, username }, { ...world.tools, users });
  }
  expect(asked).toEqual(['νίκος', 'νίκος', 'νίκος', 'νίκοσ']);
});
