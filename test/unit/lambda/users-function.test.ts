import { describe, expect, test } from 'vitest';
import { readUser } from '../../../lambda/users-function.ts';

describe('a user', () => {
  test('is a subject, claims and scopes', () => {
    const user = {
      subject: 'alice',
      claims: { tenant: 'acme', deep: { list: [1] } },
      scopes: ['read', 'orders:write'],
    };
    expect(readUser(user)).toEqual(user);
  });

  test('may do without claims and scopes; what else is said is dropped', () => {
    const alone = { subject: 'alice', claims: {}, scopes: [] };
    expect(readUser({ subject: 'alice', password: 'never kept' })).toEqual(alone);
    // Java and .NET write absent members as null.
    expect(readUser({ subject: 'alice', claims: null, scopes: null })).toEqual(alone);
  });

  test.each([['x'], ['a b'], ['ü'.repeat(64)], ['名🙂'], ['x'.repeat(128)]])('may be called %j', (subject) => {
    expect(readUser({ subject })?.subject).toBe(subject);
  });
});

test('null is an unknown user', () => {
  expect(readUser(null)).toBeUndefined();
});

describe('no answer, so the login fails', () => {
  test.each([
    ['false', false],
    ['true', true],
    ['a number', 7],
    ['text', 'alice'],
    ['a list', []],
    ['a list of a user', [{ subject: 'alice' }]],
    ['an empty object', {}],
    ['an error as Lambda writes it', { errorType: 'Error', errorMessage: 'no', trace: [] }],
    ['no subject', { claims: {}, scopes: [] }],
    ['subject: empty', { subject: '' }],
    ['subject: null', { subject: null }],
    ['subject: a number', { subject: 7 }],
    ['subject: a list', { subject: ['alice'] }],
    ['subject: the placeholder for no user', { subject: '-' }],
    ['subject: too long in bytes', { subject: 'ü'.repeat(65) }],
    ['subject: half of a surrogate pair', { subject: 'a\ud800' }],
    ['subject: the other half', { subject: '\udc00b' }],
    ['subject: a line break', { subject: 'a\nb' }],
    ['subject: NUL', { subject: 'a\u0000' }],
    ['subject: DEL', { subject: '\u007f' }],
    ['subject: a C1 control character', { subject: 'a\u0085' }],
    ['claims: text', { subject: 'alice', claims: 'admin' }],
    ['claims: a list', { subject: 'alice', claims: ['admin'] }],
    ['scopes: text', { subject: 'alice', scopes: 'read' }],
    ['scopes: an object', { subject: 'alice', scopes: { 0: 'read' } }],
    ['scopes: a number among them', { subject: 'alice', scopes: ['read', 7] }],
    ['scopes: a list among them', { subject: 'alice', scopes: [['read']] }],
    ['scopes: an empty one', { subject: 'alice', scopes: [''] }],
    ['scopes: two in one', { subject: 'alice', scopes: ['read write'] }],
    ['scopes: with a quote', { subject: 'alice', scopes: ['re"ad'] }],
    ['scopes: with a line break', { subject: 'alice', scopes: ['read\n'] }],
    ['scopes: too many', { subject: 'alice', scopes: Array.from({ length: 60 }, () => 'read') }],
  ])('%s', (_name, answer) => {
    expect(() => readUser(answer)).toThrow(/^the answer has an invalid (subject|claims|scopes)$/);
  });
});
