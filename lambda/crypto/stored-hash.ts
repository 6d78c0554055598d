/**
 * The stored formats of password hashes: one for each kind, in the style of the PHC string format,
 * `$<kind>$<parameters>$<salt>$<tag>`. Salt and tag are unpadded base64. bcrypt keeps its own `$2b$` format, which
 * every bcrypt library reads.
 */

/** Cost of one argon2 hash: RFC 9106 §3.1. */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

interface SaltAndTag {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

export interface Argon2Hash extends SaltAndTag {
  readonly kind: 'argon2id' | 'argon2i' | 'argon2d';
  readonly cost: Argon2Cost;
}

/** bcrypt, or bcrypt of the hexadecimal SHA-256 of the password, as in Django. */
export interface BcryptHash {
  readonly kind: 'bcrypt' | 'django-bcrypt-sha256';
  /** log2 of the number of rounds. */
  readonly logRounds: number;
  /** 16 bytes in bcrypt's own base64. */
  readonly salt: string;
  /** 23 bytes in bcrypt's own base64. */
  readonly tag: string;
}

/** RFC 7914. The tag of `firebase-scrypt` is the AES-256-CTR keystream of the derived key. */
export interface ScryptHash extends SaltAndTag {
  readonly kind: 'scrypt' | 'firebase-scrypt';
  /** log2 of N. */
  readonly logN: number;
  readonly blockSize: number;
  readonly parallelism: number;
}

/** RFC 8018 §5.2. */
export interface Pbkdf2Hash extends SaltAndTag {
  readonly kind: 'pbkdf2-sha1' | 'pbkdf2-sha256' | 'pbkdf2-sha512';
  readonly iterations: number;
}

export type StoredHash = Argon2Hash | BcryptHash | ScryptHash | Pbkdf2Hash;

const argon2 =
  /^\$(argon2id|argon2i|argon2d)\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,8})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const scrypt = /^\$(scrypt|firebase-scrypt)\$ln=(\d{1,2}),r=(\d{1,8}),p=(\d{1,8})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const pbkdf2 = /^\$(pbkdf2-sha1|pbkdf2-sha256|pbkdf2-sha512)\$i=(\d{1,10})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
// The last characters carry 2 and 4 bits; a character with further bits set is another spelling of the same bytes.
const bcrypt =
  /^\$(?:2b|(django-bcrypt-sha256))\$(\d\d)\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/;

/** Parses a stored hash without checking its cost. @returns `undefined` for any other text */
export function parseHash(text: string): StoredHash | undefined {
  const [, kind, ...found] = (argon2.exec(text) ?? scrypt.exec(text) ?? pbkdf2.exec(text) ?? []) as string[];
  const [salt, tag] = found.splice(-2).map(fromBase64);
  const [first = 0, second = 0, third = 0] = found.map(Number);
  if (salt && tag) {
    const cost = { memoryKib: first, passes: second, lanes: third };
    if (kind?.startsWith('argon2')) return { kind: kind as Argon2Hash['kind'], cost, salt, tag };
    if (kind?.startsWith('pbkdf2')) return { kind: kind as Pbkdf2Hash['kind'], iterations: first, salt, tag };
    return { kind: kind as ScryptHash['kind'], logN: first, blockSize: second, parallelism: third, salt, tag };
  }
  const match = bcrypt.exec(text);
  if (!match) return undefined;
  const [, django, rounds, bcryptSalt = '', bcryptTag = ''] = match;
  return {
    kind: django ? 'django-bcrypt-sha256' : 'bcrypt',
    logRounds: Number(rounds),
    salt: bcryptSalt,
    tag: bcryptTag,
  };
}

/** Formats a hash for storage. */
export function formatHash(hash: StoredHash): string {
  if ('logRounds' in hash) {
    return `$${hash.kind === 'bcrypt' ? '2b' : hash.kind}$${String(hash.logRounds).padStart(2, '0')}$${hash.salt}${hash.tag}`;
  }
  return `$${hash.kind}$${parametersOf(hash)}$${toBase64(hash.salt)}$${toBase64(hash.tag)}`;
}

function parametersOf(hash: Argon2Hash | ScryptHash | Pbkdf2Hash): string {
  if ('iterations' in hash) return `i=${hash.iterations}`;
  if ('logN' in hash) return `ln=${hash.logN},r=${hash.blockSize},p=${hash.parallelism}`;
  const { memoryKib, passes, lanes } = hash.cost;
  return `v=19$m=${memoryKib},t=${passes},p=${lanes}`;
}

/** `undefined` unless the text is the canonical, unpadded encoding of its bytes. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return toBase64(bytes) === text ? bytes : undefined;
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
