/** A hash that cannot be imported. The message gives the reason and quotes nothing of the hash. */
export class HashRefused extends Error {
  override readonly name = 'HashRefused';
}

/** Decodes base64: standard or URL-safe, padded or not. @throws HashRefused */
export function decodeBase64(text: unknown, what: string): Buffer {
  if (typeof text !== 'string' || !/^[\w+/-]*={0,2}$/.test(text)) throw new HashRefused(`${what} is not base64`);
  const bytes = Buffer.from(text, 'base64');
  const length = Math.floor((text.replace(/=+$/, '').length * 6) / 8);
  if (bytes.length !== length) throw new HashRefused(`${what} is not base64`);
  return bytes;
}

/** A whole number of at most ten digits, as a number or its text. @throws HashRefused */
export function wholeNumber(value: unknown, what: string): number {
  if (!/^\d{1,10}$/.test(String(value))) throw new HashRefused(`${what} is not a whole number`);
  return Number(value);
}
