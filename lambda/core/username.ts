/** Longest normalised username in UTF-16 code units; an e-mail address has at most 254 characters (RFC 5321). */
export const maxUsernameLength = 254;

/**
 * One spelling for every way to type a username: NFKC, then case folding (lower-upper-lower also meets letters such as
 * ß and ς that have more than one lower-case form). `undefined` for what no username may be: empty, too long, or with
 * white space, control or unassigned characters.
 */
export function normaliseUsername(typed: string): string | undefined {
  if (typed.length > maxUsernameLength * 2) return undefined;
  const folded = typed.trim().normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  if (folded === '' || folded.length > maxUsernameLength || /[\s\p{C}]/u.test(folded)) return undefined;
  return folded;
}
