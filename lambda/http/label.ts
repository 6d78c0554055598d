let segmenter: Intl.Segmenter | undefined;

/**
 * The longest prefix of a label that fits, in whole graphemes (UAX #29), so that neither an accent nor part of an emoji
 * is cut off. A label never makes a request fail: it is truncated and repaired instead.
 *
 * @param maxBytes maximum UTF-8 length
 * @returns `undefined` if nothing is left
 */
export function cutLabel(text: string | undefined, maxBytes: number): string | undefined {
  const whole = text?.toWellFormed() ?? '';
  return (fits(whole, maxBytes) ? whole : longestStart(whole, maxBytes)) || undefined;
}

function longestStart(text: string, maxBytes: number): string {
  // Nearly every label is ASCII, where bytes are graphemes. Loading the segmentation rules takes milliseconds.
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
