import { expect, test } from 'vitest';
import { plainItem } from '../../../lambda/store/document-client.ts';

test.each([
  ['12345678901234567890', 12345678901234567890n],
  ['9007199254740993', 9007199254740993n],
  ['-9007199254740993', -9007199254740993n],
  ['9007199254740991', 9007199254740991],
  ['1.5', 1.5],
])('a number that JavaScript does not hold exactly is seen: %s', (text, value) => {
  expect(plainItem({ value: { N: text } })).toEqual({ value });
});
