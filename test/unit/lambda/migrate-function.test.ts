import { describe, expect, test } from 'vitest';
import { readMigrating } from '../../../lambda/migrate-function.ts';
import { AnswerFault } from '../../../lambda/team-function.ts';

const alice = {
  username: 'alice',
  subject: '7f3',
  email: 'alice@example.com',
  claims: { tenant: 'a' },
  scopes: ['read'],
};

describe('an answer', () => {
  test.each([
    ['whole', alice, alice],
    ['with the username alone', { username: 'alice' }, { username: 'alice', claims: {}, scopes: [] }],
    [
      'with null for unknown members',
      { username: 'alice', subject: null, email: null, claims: null, scopes: null },
      { username: 'alice', claims: {}, scopes: [] },
    ],
    ['in other spellings', { ...alice, username: ' Alice', email: 'ALICE@example.com' }, alice],
  ])('%s', (_name, answer, user) => expect(readMigrating(answer, 'alice')).toEqual(user));

  test('null refuses', () => expect(readMigrating(null, 'alice')).toBeUndefined());

  test('to a name with a final sigma', () => {
    const name = { username: 'νίκοσ' };
    for (const username of ['νίκος', 'ΝΊΚΟΣ']) expect(readMigrating({ username }, 'νίκος')).toMatchObject(name);
  });

  test('by the e-mail address', () => expect(readMigrating(alice, 'alice@example.com')).toEqual(alice));
});

describe('a fault that names the member and quotes no value', () => {
  test.each([
    ['type', true],
    ['type', 'alice'],
    ['type', [alice]],
    ['type', undefined],
    ['username', {}],
    ['username', { ...alice, username: 7 }],
    ['username', { ...alice, username: 'white space' }],
    ['username', { subject: '7f3', email: 'alice@example.com' }],
    ['member', { ...alice, sub: '7f3' }],
    ['member', { ...alice, status: 'CONFIRMED' }],
    ['email', { ...alice, email: 'no address' }],
    ['email', { ...alice, email: ['alice@example.com'] }],
    ['subject', { ...alice, subject: 7 }],
    ['subject', { ...alice, subject: '' }],
    ['subject', { ...alice, subject: '-' }],
    ['subject', { ...alice, subject: 'x'.repeat(129) }],
    ['subject', { ...alice, subject: '\ud800' }],
    ['claims', { ...alice, claims: [] }],
    ['claims', { ...alice, claims: { id: 2 ** 53 } }],
    ['scopes', { ...alice, scopes: 'read' }],
    ['scopes', { ...alice, scopes: ['read write'] }],
    // Not the requested user.
    ['name that was asked about', { ...alice, username: 'bob', email: 'bob@example.com' }],
  ])('%s: %j', (member, answer) => {
    let thrown: unknown;
    try {
      readMigrating(answer, 'alice');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AnswerFault);
    expect((thrown as AnswerFault).member).toBe(member);
  });
});
