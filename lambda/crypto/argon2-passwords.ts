import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../core/ports.ts';

/** Cost of one hash: RFC 9106, with the memory that OWASP asks for at one pass. */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export const argon2Cost: Argon2Cost = { memoryKib: 46 * 1024, passes: 1, lanes: 1 };

const tagLength = 32;
const saltLength = 16;
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43})$/;

/** Password hashes as PHC strings, argon2id by Node itself (24.7 or newer). */
export class Argon2Passwords implements Passwords {
  readonly #cost: Argon2Cost;

  constructor(cost: Argon2Cost = argon2Cost) {
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    const tag = await derive(password, salt, this.#cost);
    const { memoryKib, passes, lanes } = this.#cost;
    return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const stored = parse(hash);
    // Without a hash the work is done all the same, so that an unknown user costs what a known one does.
    const { cost, salt, tag } = stored ?? { cost: this.#cost, salt: Buffer.alloc(saltLength), tag: undefined };
    const derived = await derive(password, salt, cost);
    return tag !== undefined && timingSafeEqual(derived, tag);
  }

  needsRehash(hash: string): boolean {
    const cost = parse(hash)?.cost;
    const { memoryKib, passes, lanes } = this.#cost;
    return cost?.memoryKib !== memoryKib || cost.passes !== passes || cost.lanes !== lanes;
  }
}

function parse(hash: string | undefined) {
  if (hash === undefined) return undefined;
  const [, memory, passes, lanes, salt, tag] = phc.exec(hash) ?? [];
  if (salt === undefined || tag === undefined) throw new Error('a stored password hash is not an argon2id PHC string');
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

function derive(password: string, salt: Buffer, cost: Argon2Cost): Promise<Buffer> {
  const { memoryKib: memory, passes, lanes: parallelism } = cost;
  const parameters = { message: Buffer.from(password, 'utf8'), nonce: salt, parallelism, tagLength, memory, passes };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
