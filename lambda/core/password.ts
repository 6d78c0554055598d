import type { Passwords } from './ports.ts';

/**
 * One form for every way to type a password: the mapping of OpaqueString (RFC 8265 §4.2.2). Every kind of space becomes
 * U+0020, the rest is NFC. Case, width and white space around it stay as typed, and no character is refused.
 */
export function normalisePassword(typed: string): string {
  return typed.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** How a password met a hash. */
export type PasswordMatch = 'normalised' | 'as_typed' | undefined;

/**
 * Verifies what was typed, normalised first. Hashes of before were made of passwords as typed: where that differs it is
 * tried as well, for a known user and an unknown one alike, so that time tells what was typed and nothing of the user.
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
