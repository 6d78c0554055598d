import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markIdentifier, unmark } from '../../../cli/frame/identifiers.ts';

describe('a generated subject or session id', () => {
  test.each(['-On2izO4vSg5yAmxE7MhYA', '--n2izO4vSg5yAmxE7MhYA', '-_abcdefghijklmnopqrs1'])(
    '%s is not an option',
    (text) => {
      expect(markIdentifier(text)[0]).not.toBe('-');
      expect(unmark(markIdentifier(text))).toBe(text);
    },
  );

  test.each([
    '--firebase-parameters',
    '--password-stdin',
    '-h',
    '-',
    '--',
    '--report-to-some-file-',
    '--stack=PawlPawlPawlA',
  ])('%s stays as it is', (text) => {
    expect(markIdentifier(text)).toBe(text);
  });

  test('comes back for every argument', () => {
    const args = fc.string().map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(args, (arg) => {
        expect(unmark(markIdentifier(arg))).toBe(arg);
      }),
    );
  });
});
