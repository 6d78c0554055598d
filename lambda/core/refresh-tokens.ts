import { Fault, type PrivateReason, Unavailable } from './errors.ts';
import type { Codec, Crypto, Random, RatchetKey, RatchetKeys } from './ports.ts';
import {
  formatToken,
  hashSecret,
  parseToken,
  type RefreshToken,
  successorOf,
  tagIsAuthentic,
} from './refresh-token.ts';
import type { Session } from './session.ts';

/** A presented token with a genuine tag. */
export interface PresentedToken extends RefreshToken {
  readonly text: string;
  /** Hash of its secret, as stored in the table. */
  readonly hash: string;
}

/** A token to issue, and the hash that the table stores. */
export interface NewToken {
  readonly text: string;
  readonly hash: string;
}

/** The successor created by a rotation, and the values that reproduce it. */
export interface Successor extends NewToken {
  /** base64url. */
  readonly nonce: string;
  readonly keyId: string;
}

export type ReadToken = PresentedToken | { readonly refused: PrivateReason };

interface Parts {
  readonly crypto: Crypto;
  readonly codec: Codec;
  readonly random: Random;
  readonly ratchetKeys: RatchetKeys;
}

/** Parses and creates refresh tokens. Only this module knows their keys and format: protocol.md, "The token". */
export class RefreshTokens {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Parses a presented token and checks its tag, without a table call. @throws Unavailable */
  async read(text: string): Promise<ReadToken> {
    const parsed = parseToken(text, this.#parts.codec);
    if (parsed === undefined) return { refused: 'token_malformed' };
    const key = await this.#parts.ratchetKeys.find(parsed.token.keyId);
    if (key === undefined || !tagIsAuthentic(parsed, key, this.#parts)) return { refused: 'token_forged' };
    return { ...parsed.token, text, hash: this.#hash(parsed.token) };
  }

  /** The first token of a new session. @throws Unavailable */
  async first(subject: string): Promise<NewToken & { readonly sessionId: string }> {
    const { codec, random, ratchetKeys } = this.#parts;
    const key = await ratchetKeys.current();
    const secret = random.bytes(32);
    const sessionId = codec.toBase64url(random.bytes(16));
    const token = { keyId: key.keyId, subject, sessionId, generation: 0, secret };
    return { ...this.#write(token, key), sessionId };
  }

  /** A successor of the token, from a new nonce and the current key. @throws Unavailable */
  async next(token: RefreshToken): Promise<Successor> {
    const { codec, random, ratchetKeys } = this.#parts;
    const key = await ratchetKeys.current();
    const nonce = random.bytes(32);
    const successor = this.#write(successorOf(token, key, nonce, this.#parts), key);
    return { ...successor, nonce: codec.toBase64url(nonce), keyId: key.keyId };
  }

  /**
   * The successor from the session's last rotation, byte for byte.
   *
   * @throws Unavailable `ratchet_key_gone`
   * @throws Fault `item_broken`, `successor_mismatch`
   */
  async repeat(token: RefreshToken, session: Session): Promise<string> {
    const { codec, ratchetKeys } = this.#parts;
    const nonce = session.nonce === undefined ? undefined : codec.fromBase64url(session.nonce);
    if (session.keyId === undefined || nonce === undefined) throw new Fault('item_broken', session);
    const key = await ratchetKeys.find(session.keyId);
    // A missing key says nothing about the client: never 'reuse'.
    if (key === undefined) throw new Unavailable('ratchet_key_gone');
    const { text, hash } = this.#write(successorOf(token, key, nonce, this.#parts), key);
    if (hash !== session.currentHash) throw new Fault('successor_mismatch', session);
    return text;
  }

  #write(token: RefreshToken, key: RatchetKey): NewToken {
    return { text: formatToken(token, key, this.#parts), hash: this.#hash(token) };
  }

  #hash({ secret }: RefreshToken): string {
    return hashSecret(secret, this.#parts);
  }
}
