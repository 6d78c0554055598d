import fc from 'fast-check';

/** Of the kind that has broken other software. */
const naughty = [
  '',
  ' ',
  '\u0000',
  '\n',
  '\r\n',
  '\t',
  'undefined',
  'null',
  'NaN',
  'true',
  '-0',
  '1e400',
  '0x0',
  '9'.repeat(400),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\ud800',
  '\udfff',
  '\ufeff',
  '\u202e',
  '\u200b',
  'İı',
  'ﬀ',
  '٣',
  '𝕒',
  '👩‍👩‍👧‍👦',
  'Z\u0351\u036b\u0343',
  "' OR 1=1 -- ",
  '"; DROP TABLE users; --',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '#{7*7}',
  '%s%n%x',
  '%00',
  '%ff',
  '%',
  '../../etc/passwd',
  'file:///etc/passwd',
  '$ne',
  '{"$gt":""}',
  '[object Object]',
  'a'.repeat(600),
  'é'.repeat(600),
  '\\',
  '\\u0000',
  '\r\nset-cookie: x=y',
  'USER#a',
  'SESSION#',
  '#',
  '=',
  '&',
  ';',
  ',',
  '.',
  '..',
  '...',
  'pwl1..',
  'pwl1.AA.AA',
  'eyJ.e30.AA',
  'x'.repeat(9000),
  '[',
  '{',
  '"',
  '[['.repeat(500),
];

export const text = fc.oneof(
  fc.constantFrom(...naughty),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 80 }),
  fc.base64String({ maxLength: 80 }),
);

/** A text with a place or two changed: of a token, most of its checks are passed. */
export function nearly(right: string): fc.Arbitrary<string> {
  const place = fc.nat(Math.max(0, right.length - 1));
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(right) },
    fc.tuple(place, text).map(([at, other]) => right.slice(0, at) + other + right.slice(at + 1)),
    place.map((at) => right.slice(0, at)),
    fc.constantFrom(
      `${right}.`,
      ` ${right}`,
      `${right}=`,
      right + right,
      right.toUpperCase(),
      encodeURIComponent(right),
    ),
  );
}

export const anyOf = (right: string) =>
  fc.oneof({ weight: 12, arbitrary: nearly(right) }, { weight: 1, arbitrary: text });
