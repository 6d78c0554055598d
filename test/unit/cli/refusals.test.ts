import { expect, test } from 'vitest';
import { Refusals } from '../../../cli/transfer/refusals.ts';

const of = (...added: readonly Parameters<Refusals['add']>[0][]) => {
  const refusals = new Refusals();
  for (const each of added) refusals.add(each);
  return refusals;
};
const lines = (numbers: readonly number[], reason: string) =>
  numbers.map((number) => ({ from: `line ${number}`, reason }));

test('grouped by reason, the most frequent first, with the first lines in order', () => {
  const refusals = of(
    ...lines([20, 3, 77, 9, 41, 5, 60], 'not JSON'),
    ...lines([8, 2], 'email is not an e-mail address'),
  );
  expect(refusals.lines()).toEqual([
    '7 lines: not JSON (lines 3, 5, 9, 20, 41, ...)',
    '2 lines: email is not an e-mail address (lines 2, 8)',
  ]);
  expect(refusals.isAbridged).toBe(true);
});

test('a reason with a name is grouped without it, and the names are listed', () => {
  const taken = (number: number, name: string) => ({
    ...{ from: `line ${number}`, reason: `${name} is taken`, kind: 'the username or e-mail address is taken' },
  });
  expect(of(taken(9, 'bob'), taken(4, 'alice')).lines()).toEqual([
    '2 lines: the username or e-mail address is taken',
    '  line 4: alice is taken',
    '  line 9: bob is taken',
  ]);
  const many = Array.from({ length: 6 }, (_, number) => taken(number, `u${number}`));
  expect(
    of(...many)
      .lines()
      .slice(-2),
  ).toEqual(['  line 4: u4 is taken', '  ...']);
});

test('a value after its reason is listed alone, with control characters replaced', () => {
  const kind = 'email is not an e-mail address';
  const wrong = (number: number, name: string) => ({ from: `line ${number}`, reason: `${kind}: "${name}"`, kind });
  expect(of(wrong(2, 'bob'), wrong(3, '\u001b[2J')).lines()).toEqual([
    `2 lines: ${kind}`,
    '  line 2: "bob"',
    '  line 3: "\ufffd[2J"',
  ]);
});

test('one refusal is one line, and none are none', () => {
  expect(of({ from: 'line 3', reason: 'alice is taken', kind: 'taken' }).lines()).toEqual(['line 3: alice is taken']);
  expect(of().lines()).toEqual([]);
  expect(of().isAbridged).toBe(false);
});

test('users of a document and subjects are called what they are', () => {
  const users = [2, 1].map((number) => ({ from: `user ${number}`, reason: 'no name' }));
  const subjects = ['s1', 's2'].map((from) => ({ from, reason: `the subject ${from} was deleted`, kind: 'deleted' }));
  expect(of(...users, ...subjects).lines()).toEqual([
    '2 users: no name (users 1, 2)',
    '2 accounts: deleted',
    '  s1: the subject s1 was deleted',
    '  s2: the subject s2 was deleted',
  ]);
});

test('memory stays small: a million refusals for a million reasons are a few lines, and none is lost from the counts', () => {
  const refusals = new Refusals();
  for (let number = 1; number <= 1_000_000; number += 1) {
    refusals.add({ from: `line ${number}`, reason: `an account has no field x${number}` });
  }
  const shown = refusals.lines();
  expect(shown.length).toBeLessThan(60);
  expect(shown[0]).toBe('999950 accounts: other reasons');
  expect(shown).toContain('line 50: an account has no field x50');
});

test('control characters of the source do not reach the terminal', () => {
  expect(of({ from: 'line 1', reason: 'unknown field \u001b[2J' }).lines()).toEqual([
    'line 1: unknown field \ufffd[2J',
  ]);
});
