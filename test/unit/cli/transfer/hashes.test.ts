import { describe, expect, test } from 'vitest';
import { HashRefused, readFirebaseParameters, storedHash } from '../../../../cli/transfer/hashes.ts';
import { foreignVectors, parametersOf, vectorOf } from '../../../support/foreign-hashes.ts';

const b64 = (length: number) => Buffer.alloc(length, 7).toString('base64').replace(/=+$/, '');
const [salt, tag] = [b64(16), b64(32)];
const bcryptEnd = `${'a'.repeat(21)}u${'b'.repeat(30)}y`;
const keycloak = (data: object, secret: object = { value: b64(64), salt }) =>
  JSON.stringify({ credentialData: JSON.stringify(data), secretData: JSON.stringify(secret) });
const aspNet = (digest: number, iterations: number, saltBytes: number, rest = 48) => {
  const blob = Buffer.alloc(13 + rest, 9);
  blob[0] = 1;
  for (const [index, value] of [digest, iterations, saltBytes].entries()) blob.writeUInt32BE(value, 1 + 4 * index);
  return blob.toString('base64');
};

describe('a hash above a cost limit is refused, and one at the limit is accepted', () => {
  test.each([
    [`$2b$14$${bcryptEnd}`, `$2b$15$${bcryptEnd}`, 'bcrypt of a cost above 14'],
    [`bcrypt_sha256$$2b$14$${bcryptEnd}`, `bcrypt_sha256$$2b$31$${bcryptEnd}`, 'of a cost above 14'],
    [`$argon2id$v=19$m=262144,t=4,p=1$${salt}$${tag}`, `$argon2id$v=19$m=262145,t=1,p=1$${salt}$${tag}`, '262144 KiB'],
    [`$argon2i$v=19$m=65536,t=16,p=16$${salt}$${tag}`, `$argon2i$v=19$m=65536,t=17,p=1$${salt}$${tag}`, 'passes'],
    [`$argon2d$v=19$m=8,t=1,p=1$${salt}$${tag}`, `$argon2d$v=19$m=4096,t=4294967295,p=1$${salt}$${tag}`, 'passes'],
    [`$argon2id$v=19$m=128,t=1,p=16$${salt}$${tag}`, `$argon2id$v=19$m=4096,t=1,p=17$${salt}$${tag}`, 'lanes above 16'],
    [`$scrypt$ln=18,r=8,p=2$${salt}$${tag}`, `$scrypt$ln=18,r=8,p=3$${salt}$${tag}`, 'parallelism'],
    [`$scrypt$ln=14,r=8,p=1$${salt}$${tag}`, `$scrypt$ln=19,r=8,p=1$${salt}$${tag}`, 'memory above 262144 KiB'],
    [`scrypt$262144$salt$8$1$${tag}=`, `scrypt$1073741824$salt$8$1$${tag}=`, 'memory above'],
    [`pbkdf2_sha256$6000000$salt$${tag}=`, `pbkdf2_sha256$6000001$salt$${tag}=`, 'above 6000000'],
    [
      keycloak({ algorithm: 'pbkdf2-sha256', hashIterations: 3_000_000 }),
      keycloak({ algorithm: 'pbkdf2-sha256', hashIterations: 3_000_001 }),
      'iterations times blocks above 6000000',
    ],
    [aspNet(2, 2_000_000, 16), aspNet(2, 4_294_967_295, 16), 'pbkdf2-sha512'],
    [`$pbkdf2-sha512$i=2000000$${salt}$${b64(64)}`, `$pbkdf2-sha512$i=2000001$${salt}$${b64(64)}`, 'above 2000000'],
  ])('%s', (taken, refused, reason) => {
    expect(storedHash(taken)).toMatch(/^\$/);
    expect(() => storedHash(refused)).toThrow(HashRefused);
    expect(() => storedHash(refused)).toThrow(reason);
    expect(() => storedHash(refused)).toThrow(/more than a login can spend$/);
  });
});

describe('a hash that no login can verify is refused, with a reason that does not quote it', () => {
  test.each([
    ['', 'not supported, or malformed'],
    ['secret', 'not supported, or malformed'],
    ['x'.repeat(4097), '4,096 characters'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', 'a plain digest'],
    [`$6$rounds=5000$salt$${tag}`, 'crypt(3)'],
    ['{SSHA}abcdefgh', 'LDAP'],
    [`$2x$10$${bcryptEnd}`, 'faulty'],
    [`$2$10$${bcryptEnd}`, 'faulty'],
    [`$2b$10$${bcryptEnd.slice(1)}`, 'malformed'],
    [`$2b$03$${bcryptEnd}`, 'cost below 4'],
    ['!unusable', 'unusable password of Django'],
    [`$argon2id$m=4096,t=1,p=1$${salt}$${tag}`, 'version'],
    [`$argon2id$v=16$m=4096,t=1,p=1$${salt}$${tag}`, 'version'],
    [`$argon2id$v=19$m=7,t=1,p=1$${salt}$${tag}`, 'does not allow'],
    [`$argon2id$v=19$m=4096,t=0,p=1$${salt}$${tag}`, 'does not allow'],
    [`$argon2id$v=19$m=4096,t=1,p=0$${salt}$${tag}`, 'does not allow'],
    [`$argon2id$v=19$m=4096,t=1,p=1$${b64(7)}$${tag}`, 'too short a salt'],
    [`$argon2id$v=19$m=4096,t=1,p=1$${b64(129)}$${tag}`, 'salt above 128 bytes'],
    [`$argon2id$v=19$m=4096,t=1,p=1$${salt}$${b64(15)}`, 'tag below 16 bytes'],
    [`$argon2id$v=19$m=4096,t=1,p=1$${salt}$${b64(129)}`, 'tag above 128 bytes'],
    [`$argon2id$v=19$m=4096,t=1,p=1$${salt}`, 'malformed'],
    [`$argon2id$v=19$m=-1,t=1,p=1$${salt}$${tag}`, 'malformed'],
    [`$argon2id$v=19$m=4096,t=1$${salt}$${tag}`, 'malformed: p is not a whole number'],
    [`$argon2id$v=19$m=4096,t=1,p=1,keyid=AAAA$${salt}$${tag}`, 'a parameter other than m, t, p'],
    [`$argon2id$v=19$m=4096,t=1,p=1,data=AAAA$${salt}$${tag}`, 'a parameter other than m, t, p'],
    [`$argon2id$v=19$m=4096,t=1,p=1,m=8$${salt}$${tag}`, 'two parameters m'],
    [`$scrypt$n=14,r=8,p=1$${salt}$${tag}`, 'a parameter other than ln, r, p'],
    [`$P$B${'a'.repeat(30)}`, 'WordPress'],
    [`$wp$2y$10$${bcryptEnd}`, 'WordPress'],
    [`scrypt:32768:8:1$salt$${'ab'.repeat(64)}`, 'Werkzeug'],
    [`${'ab'.repeat(16)}:${'cd'.repeat(64)}`, 'without their parameters'],
    [`md5$salt$${'ab'.repeat(16)}`, 'a digest of Django'],
    [`bcrypt$$2x$10$${bcryptEnd}`, 'faulty'],
    [`$bcrypt-sha256$v=2,t=2b,r=12$${'a'.repeat(22)}$${'b'.repeat(31)}`, 'passlib'],
    ['{"passwordHash":"UkVEQUNURUQ=","salt":""}', 'redacted'],
    [`{"passwordHash":"${b64(64)}","salt":""}`, 'without its salt'],
    ['{"type":"password","value":"hunter2"}', 'plain text'],
    ['{"type":"password"}', 'without its data'],
    [`$scrypt$ln=0,r=8,p=1$${salt}$${tag}`, 'does not allow'],
    [`$scrypt$ln=14,r=0,p=1$${salt}$${tag}`, 'does not allow'],
    [`$scrypt$ln=16,r=1,p=1$${salt}$${tag}`, 'does not allow'],
    [`scrypt$1000$salt$8$1$${tag}=`, 'not a power of two'],
    [`scrypt$0$salt$8$1$${tag}=`, 'not a power of two'],
    [`pbkdf2_sha256$0$salt$${tag}=`, 'without iterations'],
    [`pbkdf2_sha256$1000$salt$${b64(8)}`, 'tag below 16 bytes'],
    [`$pbkdf2-sha256$i=1000,l=64$${salt}$${tag}`, 'differs from the stated one'],
    [aspNet(3, 1000, 16), 'unknown digest'],
    [aspNet(1, 1000, 4_000_000_000), 'truncated'],
    [aspNet(1, 1000, 40), 'tag below 16 bytes'],
    ['AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=', 'tag below 16 bytes'],
    ['{nonsense', 'not JSON'],
    ['{}', 'without passwordHash and salt'],
    ['{"secretData":"{}"}', 'without its data'],
    ['{"secretData":"{","credentialData":"{}"}', 'not JSON'],
    ['{"secretData":null,"credentialData":null}', 'without its data'],
    [keycloak({ algorithm: 'md5', hashIterations: 1 }), 'a Keycloak algorithm'],
    [keycloak({ algorithm: 'toString', hashIterations: 1 }), 'a Keycloak algorithm'],
    [keycloak({ algorithm: 'pbkdf2-sha256', hashIterations: -1 }), 'hashIterations is not a whole number'],
    [keycloak({ algorithm: 'pbkdf2-sha256', hashIterations: 1 }, { value: '%%', salt }), 'not base64'],
    [keycloak({ algorithm: 'argon2', hashIterations: 5 }), 'version other than 1.3'],
    ['{"passwordHash":"AAAA","salt":"AAAA"}', 'without the parameters of its project'],
    ['$fbscrypt$v=1,n=14,r=8,p=1$AAAA$AAAA', 'malformed $fbscrypt$'],
    [`$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${tag}$AAAA$AAAA`, 'does not fit the signer key'],
    [`$fbscrypt$v=1,n=30,r=8,p=1,ss=Bw==,sk=${tag}$AAAA$${tag}`, 'memory above'],
  ])('%s', (foreign, reason) => {
    expect(() => storedHash(foreign)).toThrow(HashRefused);
    expect(() => storedHash(foreign)).toThrow(reason);
    expect(() => storedHash(foreign)).not.toThrow(new RegExp(`${tag.slice(0, 12)}|${bcryptEnd.slice(0, 12)}`));
  });

  test('the order of parameters makes no difference', () => {
    const ordered = storedHash(`$argon2id$v=19$m=4096,t=2,p=1$${salt}$${tag}`);
    expect(storedHash(`$argon2id$v=19$t=2,p=1,m=4096$${salt}$${tag}`)).toBe(ordered);
    const scrypt = storedHash(`$scrypt$ln=14,r=8,p=1$${salt}$${tag}`);
    expect(storedHash(`$scrypt$r=8,ln=14,p=1$${salt}$${tag}`)).toBe(scrypt);
  });

  test('every truncated hash', () => {
    for (const vector of foreignVectors) {
      const { hash } = vector;
      const parameters = parametersOf(vector);
      const whole = storedHash(hash, parameters);
      for (const cut of [1, 5, 20, hash.length - 8]) {
        const kept = hash.slice(0, -cut);
        let stored: string | undefined;
        try {
          stored = storedHash(kept, parameters);
        } catch (error) {
          expect(error).toBeInstanceOf(HashRefused);
        }
        // Base64 without its padding is complete, and a shorter tag makes another hash.
        if (stored !== undefined && kept.length < hash.replace(/=+$/, '').length) expect(stored).not.toBe(whole);
      }
    }
  });
});

describe('the parameters of a Firebase project', () => {
  const { firebase = '' } = vectorOf('Firebase');

  test('from the console and from the Admin API', () => {
    const read = readFirebaseParameters(firebase);
    expect([read.signerKey.length, read.saltSeparator.length, read.rounds, read.memoryCost]).toEqual([64, 1, 8, 14]);
    const signerKey = read.signerKey.toString('base64');
    const json = { algorithm: 'SCRYPT', signerKey, saltSeparator: 'Bw==', rounds: 8, memoryCost: 14 };
    expect(readFirebaseParameters(JSON.stringify(json, null, 2))).toEqual(read);
  });

  test.each(['algorithm', 'base64_signer_key', 'base64_salt_separator', 'rounds', 'mem_cost'])(
    'without %s they are refused, and the signer key is not quoted',
    (name) => {
      const without = firebase.replace(new RegExp(`${name}: [^,]*,`), '');
      expect(() => readFirebaseParameters(without)).toThrow(`the Firebase parameters have no ${name}`);
    },
  );
});
