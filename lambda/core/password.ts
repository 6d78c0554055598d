import type { Passwords } from './ports.ts';

/**
 * Normalises a password: the mapping of OpaqueString (RFC 8265 §4.2.2). Every kind of space becomes U+0020, and the
 * rest is NFC. Case, width and surrounding spaces are kept, and no character is rejected.
 */
export function normalisePassword(typed: string): string {
  return typed.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** How a password matched a hash. */
export type PasswordMatch = 'normalised' | 'as_typed' | undefined;

/**
 * Verifies a password, in its normalised form first. Older hashes were made of passwords as typed. If that form
 * differs, it is tried as well, for known and unknown users alike, so that timing depends on the input and not on the
 * user.
 */
export async function matchPassword(
  typed: string,
  hash: string | undefined,
  passwords: Passwords,
): Promise<PasswordMatch> {
  const normalised = normalisePassword(typed);
  if (await passwords.verify(normalised, hash)) return 'normalised';
  if (normalised === typed) return undefined;
  return (await passwords.verify(typed, hash)) ? 'as_typed' : undefined;
}
