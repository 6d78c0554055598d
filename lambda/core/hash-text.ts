import type { Codec, Crypto } from './ports.ts';

export interface Hashing {
  readonly crypto: Crypto;
  readonly codec: Codec;
}

/** SHA-256 of a text, base64url. */
export function hashText(text: string, { crypto, codec }: Hashing): string {
  return codec.toBase64url(crypto.sha256(codec.toUtf8(text)));
}

/** The first 48 bits of it: enough to distinguish a few hundred values. */
export function shortHash(text: string, tools: Hashing): string {
  return hashText(text, tools).slice(0, 8);
}
