let segmenter: Intl.Segmenter | undefined;

/**
 * The longest start of a label that fits, in whole graphemes (UAX #29): neither an accent nor half of a family emoji is
 * cut off. A label never prevents anything, so it is cut and repaired where it would otherwise be refused.
 *
 * @param maxBytes of UTF-8
 * @returns `undefined` where nothing is left
 */
export function cutLabel(text: string | undefined, maxBytes: number): string | undefined {
  const whole = text?.toWellFormed() ?? '';
  return (fits(whole, maxBytes) ? whole : longestStart(whole, maxBytes)) || undefined;
}

function longestStart(text: string, maxBytes: number): string {
  // Nearly every label is ASCII, where bytes are graphemes. Loading the rules of all other scripts takes milliseconds.
  if (/^[ -~]*$/.test(text)) return text.slice(0, maxBytes);
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  let end = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    if (!fits(text.slice(0, index + segment.length), maxBytes)) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

function fits(text: string, maxBytes: number): boolean {
  return Buffer.byteLength(text) <= maxBytes;
}
