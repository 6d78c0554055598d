import { expect, test } from 'vitest';
import { Argon2Passwords } from '../../../lambda/crypto/argon2-passwords.ts';
import { foreignVectors, storedOf } from '../../support/foreign-hashes.ts';

const passwords = new Argon2Passwords({ memoryKib: 8, passes: 1, lanes: 1 });

test.each(foreignVectors)('a hash of another system matches only its password: $name ($madeBy)', async (vector) => {
  const stored = storedOf(vector);
  expect(await passwords.verify(vector.password, stored)).toBe(true);
  expect(await passwords.verify(`x${vector.password}`, stored)).toBe(false);
});
