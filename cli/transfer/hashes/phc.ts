import type { Argon2Hash, Pbkdf2Hash, StoredHash } from '../../../lambda/crypto/stored-hash.ts';
import { decodeBase64, HashRefused } from './refused.ts';

const argon2 =
  /^\$(argon2id|argon2i|argon2d)\$(?:v=(\d+)\$)?m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([\w+/=-]+)\$([\w+/=-]+)$/;
const scrypt = /^\$scrypt\$ln=(\d{1,10}),r=(\d{1,10}),p=(\d{1,10})\$([\w+/=-]+)\$([\w+/=-]+)$/;
/** `i=` of the PHC format, with or without the length of the tag; or the bare number and base64 of passlib. */
const pbkdf2 =
  /^\$pbkdf2(-sha1|-sha256|-sha512)?\$(?:i=(\d{1,10})(?:,l=(\d{1,10}))?|(\d{1,10}))\$([\w+/.=-]+)\$([\w+/.=-]+)$/;

/** PHC strings and similar formats. @throws HashRefused */
export function fromPhc(text: string): StoredHash | undefined {
  return fromArgon2(text) ?? fromScrypt(text) ?? fromPbkdf2(text);
}

/** @throws HashRefused for version 1.0 of argon2, which has no `v`, or 16 */
export function fromArgon2(text: string): Argon2Hash | undefined {
  const match = argon2.exec(text);
  if (!match) return undefined;
  const [, kind, version, memory, passes, lanes, salt, tag] = match;
  if (version !== '19') throw new HashRefused('argon2 of a version other than 1.3 (v=19)');
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { kind: kind as Argon2Hash['kind'], cost, ...saltAndTag(salt, tag) };
}

function fromScrypt(text: string): StoredHash | undefined {
  const match = scrypt.exec(text);
  if (!match) return undefined;
  const [, logN, blockSize, parallelism, salt, tag] = match;
  const cost = { logN: Number(logN), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  return { kind: 'scrypt', ...cost, ...saltAndTag(salt, tag) };
}

function fromPbkdf2(text: string): StoredHash | undefined {
  const match = pbkdf2.exec(text);
  if (!match) return undefined;
  const [, digest = '-sha1', iterations, length, bare, salt = '', tag = ''] = match;
  // passlib's base64 uses a full stop instead of the plus sign.
  const bytes = saltAndTag(salt.replaceAll('.', '+'), tag.replaceAll('.', '+'));
  if (length !== undefined && Number(length) !== bytes.tag.length)
    throw new HashRefused('a tag whose length differs from the stated one');
  return { kind: `pbkdf2${digest}` as Pbkdf2Hash['kind'], iterations: Number(iterations ?? bare), ...bytes };
}

function saltAndTag(salt: unknown, tag: unknown) {
  return { salt: decodeBase64(salt, 'the salt'), tag: decodeBase64(tag, 'the tag') };
}
