import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutLabel } from '../../../lambda/http/label.ts';

const family = '👨‍👩‍👧‍👦';
const accented = 'e\u0301';

describe('a label', () => {
  test.each<[string, string | undefined, number, string | undefined]>([
    ['that fits', 'my phone', 64, 'my phone'],
    ['of ASCII', 'x'.repeat(65), 64, 'x'.repeat(64)],
    ['that ends within a character of two bytes', 'aé', 2, 'a'],
    ['that ends within a surrogate pair', 'a🙂', 4, 'a'],
    ['that ends before an accent', `abc${accented}`, 4, 'abc'],
    ['that ends within a family', `ab${family}`, 20, 'ab'],
    ['whose family fits', `ab${family}c`, 27, `ab${family}`],
    ['that ends within a flag', 'a🇩🇪', 5, 'a'],
    ['with a lone surrogate', 'a\ud800b', 64, 'a\ufffdb'],
    ['that is empty', '', 64, undefined],
    ['that is absent', undefined, 64, undefined],
    ['whose first character is too long', `a${'\u0301'.repeat(99)}`, 64, undefined],
  ])('%s', (_, text, maxBytes, expected) => {
    expect(cutLabel(text, maxBytes)).toBe(expected);
  });

  test('is a start of the text in whole graphemes, and no more of them would fit', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
    const unit = fc.constantFrom('a', 'é', accented, family, '🇩🇪', '名', ' ', '\r\n', '\u0000', '\u0301');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.integer({ min: 1, max: 80 }), (text, maxBytes) => {
        const cut = cutLabel(text, maxBytes) ?? '';
        const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment);
        const starts = graphemes.map((_, index) => graphemes.slice(0, index + 1).join(''));
        expect(cut).toBe(starts.findLast((start) => Buffer.byteLength(start) <= maxBytes) ?? '');
      }),
    );
  });
});
