/** Longest username or e-mail address, normalised, in UTF-16 code units; an e-mail address has at most 254 (RFC 5321). */
export const maxUsernameLength = 254;

/** What a login looks up for what was typed. */
export interface LoginName {
  /** The name as it is stored; `undefined` for what no name may be today. */
  readonly name: string | undefined;
  /** The spelling under which accounts were stored before RFC 8265 was followed, where that is another one. */
  readonly legacy: string | undefined;
}

/**
 * One spelling for every way to type a name: the mapping of UsernameCaseMapped (RFC 8265 §3.3.3). White space around it
 * is dropped, fullwidth and halfwidth characters become ordinary ones, letters become lower case, the rest is NFC. Nothing
 * joins different letters: ß is not ss, and the dotless ı is not i.
 *
 * @returns `undefined` for what is empty, too long or not well-formed
 */
export function mapUsername(typed: string): string | undefined {
  if (typed.length > maxUsernameLength * 4 || !typed.isWellFormed()) return undefined;
  const mapped = foldWidth(typed).trim().toLowerCase().normalize('NFC');
  return mapped === '' || mapped.length > maxUsernameLength ? undefined : mapped;
}

/** The mapped name, where its characters may stand in one: the IdentifierClass of RFC 8264 §4.2, no white space. */
export function normaliseUsername(typed: string): string | undefined {
  const mapped = mapUsername(typed);
  return mapped !== undefined && identifier.test(mapped) && mapped.normalize('NFKC') === mapped ? mapped : undefined;
}

/** What a login looks up, new spelling and old. Which requests that takes depends on what was typed alone. */
export function loginNameOf(typed: string): LoginName {
  const name = normaliseUsername(typed);
  const legacy = foldLegacy(typed);
  return { name, legacy: legacy === name ? undefined : legacy };
}

/** Under which name tries are counted: all spellings that may lead to one account share one counter. */
export function countedName(typed: string): string | undefined {
  return foldLegacy(typed) ?? mapUsername(typed);
}

/**
 * An e-mail address as far as its form tells: something, one @, a domain with a dot; normalised as a username is, for it
 * is one. Whether it is the user's own is for the team to find out.
 */
export function normaliseEmail(typed: string): string | undefined {
  const name = normaliseUsername(typed);
  return name !== undefined && /^[^@]{1,64}@[^@.]+(\.[^@.]+)+$/.test(name) ? name : undefined;
}

/**
 * Letters, digits, marks and printable ASCII; without what a reader cannot see, the letters that RFC 8264 §9.6 disallows,
 * and conjoining Hangul (§9.9).
 */
const identifier =
  /^(?:[!-~]|(?![\p{DI}\p{NChar}\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb])[\p{L}\p{Nd}\p{Mn}\p{Mc}\u00b7\u0f0b\u30fb])+$/u;

/** RFC 8265 §3.3.3, rule 1: characters with a wide or narrow decomposition become what they decompose to, U+FFE3
 * aside: that would go on to a space. */
function foldWidth(text: string): string {
  return text.replace(/[\u3000\uff01-\uffe2\uffe4-\uffef]/g, (character) => character.normalize('NFKC'));
}

/** NFKC and full case folding, which names were stored by before: it joins ß with ss and ı with i. */
function foldLegacy(typed: string): string | undefined {
  if (typed.length > maxUsernameLength * 2) return undefined;
  const folded = typed.trim().normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  if (folded === '' || folded.length > maxUsernameLength || /[\s\p{C}]/u.test(folded)) return undefined;
  return folded;
}
