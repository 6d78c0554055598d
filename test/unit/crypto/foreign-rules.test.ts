import { describe, expect, test } from 'vitest';
import { storedHash } from '../../../cli/transfer/hashes.ts';
import { Argon2Passwords } from '../../../lambda/crypto/argon2-passwords.ts';
import { foreignVectors, storedOf, vectorOf } from '../../support/foreign-hashes.ts';

const passwords = new Argon2Passwords({ memoryKib: 8, passes: 1, lanes: 1 });

test('every vector is usable, needs a rehash, and is unchanged by an export and an import', () => {
  for (const stored of foreignVectors.map(storedOf)) {
    expect(passwords.isUsable(stored)).toBe(true);
    expect(passwords.needsRehash(stored)).toBe(true);
    expect(storedHash(stored)).toBe(stored);
  }
});

describe('bcrypt', () => {
  test('compares the first 72 bytes of a longer password, as the system that made the hash did', async () => {
    const vector = vectorOf('bcrypt of 90 bytes');
    const stored = storedOf(vector);
    expect(await passwords.verify(vector.password.slice(0, 72), stored)).toBe(true);
    expect(await passwords.verify(`${vector.password.slice(0, 72)}another end`, stored)).toBe(true);
    expect(await passwords.verify(vector.password.slice(0, 71), stored)).toBe(false);
    expect(await passwords.verify(`${vector.password.slice(0, 71)}x`, stored)).toBe(false);
  });

  test('Django’s bcrypt of SHA-256 has no such limit', async () => {
    const vector = vectorOf('Django bcrypt_sha256, a long password');
    expect(await passwords.verify(vector.password, storedOf(vector))).toBe(true);
    expect(await passwords.verify(vector.password.slice(0, -1), storedOf(vector))).toBe(false);
  });

  test('a password with a NUL matches no hash, although bcrypt repeats the password with a NUL', async () => {
    const { password } = vectorOf('bcrypt $2b$');
    const stored = storedOf(vectorOf('bcrypt $2b$'));
    for (const typed of [`${password}\0`, `${password}\0${password}`, `${password}\0x`, `\0${password}`, '\0']) {
      expect(await passwords.verify(typed, stored)).toBe(false);
    }
  });

  test('unused bits do not matter', async () => {
    const { hash, password } = vectorOf('bcrypt $2a$');
    const spare = (text: string, at: number) => text.slice(0, at) + next(text.charAt(at)) + text.slice(at + 1);
    const next = (character: string) => String.fromCharCode(character.charCodeAt(0) + 1);
    for (const altered of [spare(hash, 28), spare(hash, 59)]) {
      expect(altered).not.toBe(hash);
      expect(passwords.isUsable(altered)).toBe(false);
      expect(await passwords.verify(password, storedHash(altered))).toBe(true);
    }
  });
});

test('a Firebase hash is stored without the signer key, and needs none', () => {
  const vector = vectorOf('Firebase, as published');
  const stored = storedOf(vector);
  expect(stored).toMatch(/^\$firebase-scrypt\$ln=14,r=8,p=1\$42xEC\+ixf3L2lwc\$[A-Za-z0-9+/]{86}$/);
  expect(storedOf(vectorOf('Supabase $fbscrypt$'))).toBe(stored);
});
