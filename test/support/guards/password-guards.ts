import { type Guard, guardsOf } from './guard.ts';

const verifying = ['test/unit/crypto/argon2', 'test/unit/crypto/foreign-rules'];
const importing = ['test/unit/cli/transfer/hashes'];

/** Password hashes: equal work, bounded work, and hashes of other systems. */
export const passwordGuards: readonly Guard[] = [
  ...guardsOf('lambda/crypto/argon2-passwords.ts', verifying, [
    [
      'an unknown user costs the same',
      'const tags = await tagsOf',
      'if (stored === undefined) return false;\n    const tags = await tagsOf',
    ],
    ['an old hash takes as long', 'if (!(memoryKib >= smallestKib)) return;', 'if (memoryKib !== 0) return;'],
    ['a hash above the cost limits is not computed', 'whyUnusable(stored) === undefined', "whyUnusable(stored) !== ''"],
    ['another system’s hash is renewed', "hash.kind !== 'argon2id' || ", "hash.kind.startsWith('argon2i') ? false : "],
    ['a hash with a short salt is renewed', ' || hash.salt.length !== saltLength', ''],
    ['a hash with a short tag is renewed', ' || hash.tag.length !== tagLength', ''],
    ['tags are compared', ' && crypto.timingSafeEqual(tags.derived, tags.stored)', ''],
  ]),
  ...guardsOf('lambda/crypto/foreign-hash.ts', verifying, [
    ['bcrypt: no NUL', "if (input.includes('\\0')) return undefined;", ''],
    ['bcrypt: 72 bytes, not fewer', 'await bcrypt(input, settings)', 'await bcrypt(input.slice(0, 71), settings)'],
    ['Django’s bcrypt: of the digest', "hash.kind === 'bcrypt' ? password : sha256()", 'password'],
  ]),
  ...guardsOf('lambda/crypto/hash-limits.ts', importing, [
    ['bcrypt: cost', 'logRounds > hashLimits.bcryptCost', 'logRounds > 99'],
    [
      'argon2: memory',
      "if (memoryKib > hashLimits.memoryKib) return above('memory', mostMemory);\n  if (lanes",
      'if (lanes',
    ],
    ['argon2: work', 'memoryKib * passes > argon2WorkKib', 'memoryKib > argon2WorkKib'],
    ['argon2: lanes', 'lanes > argon2Lanes', 'lanes > 99'],
    ['scrypt: work', 'memoryKib * parallelism;', 'memoryKib;'],
    ['PBKDF2: blocks count', ' * Math.ceil(tag.length / bytes)', ''],
    ['PBKDF2: SHA-512 counts more', '* weight;', '* 1;'],
    ['a short tag is refused', 'tag.length < minTagBytes', 'tag.length < 1'],
    ['a salt that argon2 takes', "kind.startsWith('argon2') ? 8 : 1", '1'],
  ]),
];
