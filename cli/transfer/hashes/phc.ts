import type { Argon2Hash, Pbkdf2Hash, StoredHash } from '../../../lambda/crypto/stored-hash.ts';
import { decodeBase64, HashRefused, wholeNumber } from './refused.ts';

const phc = /^\$(argon2id|argon2i|argon2d|scrypt)\$(?:v=(\d+)\$)?([^$]+)\$([\w+/=-]+)\$([\w+/=-]+)$/;
/** `i=` of the PHC format, with or without the length of the tag; or the bare number and base64 of passlib. */
const pbkdf2 = /^\$pbkdf2(-sha1|-sha256|-sha512)?\$(?:(\w=[^$]+)|(\d{1,10}))\$([\w+/.=-]+)\$([\w+/.=-]+)$/;

/** PHC strings and similar formats. @throws HashRefused */
export function fromPhc(text: string): StoredHash | undefined {
  return fromArgon2(text) ?? fromScrypt(text) ?? fromPbkdf2(text);
}

/** @throws HashRefused for version 1.0 of argon2, which has no `v`, or 16; for a secret key or associated data */
export function fromArgon2(text: string): Argon2Hash | undefined {
  const [, kind, version, parameters = '', salt, tag] = phc.exec(text) ?? [];
  if (kind === undefined || kind === 'scrypt') return undefined;
  if (version !== '19') throw new HashRefused('argon2 of a version other than 1.3 (v=19)');
  const { m, t, p } = parametersOf(parameters, ['m', 't', 'p']);
  const cost = { memoryKib: number(m, 'm'), passes: number(t, 't'), lanes: number(p, 'p') };
  return { kind: kind as Argon2Hash['kind'], cost, ...saltAndTag(salt, tag) };
}

function fromScrypt(text: string): StoredHash | undefined {
  const [, kind, version, parameters = '', salt, tag] = phc.exec(text) ?? [];
  if (kind !== 'scrypt' || version !== undefined) return undefined;
  const { ln, r, p } = parametersOf(parameters, ['ln', 'r', 'p']);
  const cost = { logN: number(ln, 'ln'), blockSize: number(r, 'r'), parallelism: number(p, 'p') };
  return { kind, ...cost, ...saltAndTag(salt, tag) };
}

function fromPbkdf2(text: string): StoredHash | undefined {
  const match = pbkdf2.exec(text);
  if (!match) return undefined;
  const [, digest = '-sha1', parameters, bare, salt = '', tag = ''] = match;
  const { i, l } = parameters === undefined ? { i: bare, l: undefined } : parametersOf(parameters, ['i', 'l']);
  // passlib's base64 uses a full stop instead of the plus sign.
  const bytes = saltAndTag(salt.replaceAll('.', '+'), tag.replaceAll('.', '+'));
  if (l !== undefined && number(l, 'l') !== bytes.tag.length)
    throw new HashRefused('a tag whose length differs from the stated one');
  return { kind: `pbkdf2${digest}` as Pbkdf2Hash['kind'], iterations: number(i, 'i'), ...bytes };
}

/**
 * The parameters in `m=65536,t=3,p=4`, in any order.
 *
 * @throws HashRefused for another parameter, which would change the tag, and for one that occurs twice
 */
function parametersOf<N extends string>(text: string, names: readonly N[]): Partial<Record<N, string>> {
  const found: Partial<Record<N, string>> = {};
  for (const parameter of text.split(',')) {
    const [name = '', ...value] = parameter.split('=');
    const known = names.find((each) => each === name);
    if (known === undefined) throw new HashRefused(`a hash with a parameter other than ${names.join(', ')}`);
    if (found[known] !== undefined) throw new HashRefused(`a hash with two parameters ${known}`);
    found[known] = value.join('=');
  }
  return found;
}

const number = (value: string | undefined, name: string) => wholeNumber(value, `malformed: ${name}`);

function saltAndTag(salt: unknown, tag: unknown) {
  return { salt: decodeBase64(salt, 'the salt'), tag: decodeBase64(tag, 'the tag') };
}
