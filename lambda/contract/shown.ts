/**
 * A value that was refused, for a message: as JSON, in which control characters are escaped.
 *
 * @param maxLength in UTF-16 code units; the rest is left out
 */
export function shown(value: unknown, maxLength = 80): string {
  const text = (typeof value === 'number' ? String(value) : asJson(value)).replace(/\p{C}/gu, escaped);
  return text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}...` : text;
}

const escaped = (character: string) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`;

/** Functions and cyclic objects have no JSON. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
