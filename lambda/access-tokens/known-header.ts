/** `{}` as base64url. */
const emptyHeader = 'e30';

/**
 * The header of a token that was accepted. All tokens that one key signs have the same header, so it is parsed and
 * checked once. It stands for its `kid` and for nothing else: the key is looked up at every call.
 */
export class KnownHeader {
  readonly kid: string;
  readonly #prefix: string;

  /** @param segment the header as base64url */
  constructor(segment: string, kid: string) {
    this.kid = kid;
    this.#prefix = `${segment}.`;
  }

  /** Whether a token has exactly this header. */
  begins(token: string): boolean {
    return token.startsWith(this.#prefix);
  }

  /** The token with an empty header in place of this one, so that the library parses the rest as always. */
  without(token: string): string {
    return `${emptyHeader}.${token.slice(this.#prefix.length)}`;
  }
}
