import fc from 'fast-check';
import { test } from 'vitest';
import { HashRefused, storedHash } from '../../../cli/transfer/hashes.ts';
import { whyUnusable } from '../../../lambda/crypto/hash-limits.ts';
import { formatHash, parseHash } from '../../../lambda/crypto/stored-hash.ts';
import { foreignVectors, parametersOf } from '../../support/foreign-hashes.ts';

/** A vector with a few characters replaced, removed or repeated. */
const mutated = fc
  .tuple(
    fc.constantFrom(...foreignVectors),
    fc.array(fc.tuple(fc.nat(400), fc.constantFrom('', '$', '0', '9', '99999', ',', '=', 'A', '"', '{', '\0', 'ü')), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([vector, changes]) => {
    const changed = changes.reduce((text, [at, put]) => {
      const index = at % text.length;
      return text.slice(0, index) + put + text.slice(index + 1);
    }, vector.hash);
    return [changed, parametersOf(vector)] as const;
  });

test('any text is either refused with a reason, or stored in a form that is read back the same', () => {
  const any = fc.oneof(
    mutated,
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => [text, {}] as const),
  );
  fc.assert(
    fc.property(any, ([text, parameters]) => {
      let stored: string;
      try {
        stored = storedHash(text, parameters);
      } catch (error) {
        return error instanceof HashRefused;
      }
      const hash = parseHash(stored);
      return hash !== undefined && formatHash(hash) === stored && whyUnusable(hash) === undefined;
    }),
    { numRuns: 3000 },
  );
});
