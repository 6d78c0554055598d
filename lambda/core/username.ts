/**
 * Maximum length of a normalised username or e-mail address, in UTF-16 code units; an e-mail address has at most 254
 * (RFC 5321).
 */
export const maxUsernameLength = 254;

/** A reserved name. It stands for malformed names. */
export const reservedName = '-';

/** The names that a login looks up for the input. */
export interface LoginName {
  /** The name as stored; `undefined` if the current rules do not allow it. */
  readonly name: string | undefined;
  /** The spelling under which accounts were stored before RFC 8265 was followed, if it differs. */
  readonly legacy: string | undefined;
}

/**
 * The name as your own function receives it: the mapping of UsernameCaseMapped (RFC 8265 §3.3.3). Surrounding white
 * space is removed, fullwidth and halfwidth characters become ordinary ones, letters become lower case, and the rest is
 * NFC. Different letters stay different: ß is not ss, and the dotless ı is not i.
 *
 * @returns `undefined` if it is empty, too long, not well-formed or {@link reservedName}
 */
export function spellUsername(typed: string): string | undefined {
  const trimmed = foldWidth(typed).trim();
  if (trimmed.length > maxUsernameLength * 4 || !trimmed.isWellFormed()) return undefined;
  const mapped = trimmed.toLowerCase().normalize('NFC');
  return mapped === '' || mapped === reservedName || mapped.length > maxUsernameLength ? undefined : mapped;
}

/**
 * Normalises a name: as {@link spellUsername}, and the final sigma ς becomes σ. Both are the lower case of Σ, and which
 * one `toLowerCase` yields depends on the letters around it.
 */
export function mapUsername(typed: string): string | undefined {
  const spelled = spellUsername(typed);
  return spelled && joinSigmas(spelled);
}

/** Replaces the final sigma by the other lower case of Σ. */
export function joinSigmas(text: string): string {
  return text.replaceAll('ς', 'σ');
}

/** The mapped name, if its characters are allowed: the IdentifierClass of RFC 8264 §4.2, no white space. */
export function normaliseUsername(typed: string): string | undefined {
  const mapped = mapUsername(typed);
  return mapped !== undefined && isIdentifier(mapped) && mapped.normalize('NFKC') === mapped ? mapped : undefined;
}

/** The names that a login looks up, in the new and the old spelling. The requests depend only on the input. */
export function loginNameOf(typed: string): LoginName {
  const name = normaliseUsername(typed);
  const legacy = foldLegacy(typed);
  return { name, legacy: legacy === (name ?? reservedName) ? undefined : legacy };
}

/**
 * The name under which attempts are counted. All inputs that may lead to one account share one counter: it follows from
 * the name that is looked up, and joins what the earlier normalisation joined.
 *
 * @returns `undefined` for input that leads to no account
 */
export function countedName(typed: string): string | undefined {
  const name = mapUsername(typed) ?? foldLegacy(typed);
  return name && joinSigmas(foldCase(name));
}

/**
 * Checks the form of an e-mail address: something, one @, a domain with a dot. It is normalised like a username,
 * because it is one. Ownership is not verified.
 */
export function normaliseEmail(typed: string): string | undefined {
  const name = normaliseUsername(typed);
  return name !== undefined && /^[^@]{1,64}@[^@.]+(\.[^@.]+)+$/.test(name) ? name : undefined;
}

/**
 * Letters, digits, marks and printable ASCII, without invisible characters, the letters that RFC 8264 §9.6 disallows,
 * and conjoining Hangul (§9.9).
 */
const identifier = String.raw`^(?:[!-~]|(?![\p{DI}\p{NChar}\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb])[\p{L}\p{Nd}\p{Mn}\p{Mc}\u00b7\u0f0b\u30fb])+$`;
let identifierPattern: RegExp | undefined;

/**
 * Compiled on first use. V8 would parse a literal twice at every cold start, and most functions that include this module
 * check no names.
 */
function isIdentifier(name: string): boolean {
  identifierPattern ??= new RegExp(identifier, 'u');
  return identifierPattern.test(name);
}

/** RFC 8265 §3.3.3, rule 1: characters with a wide or narrow decomposition become what they decompose to, U+FFE3
 * aside: that would go on to a space. */
function foldWidth(text: string): string {
  return text.replace(/[\u3000\uff01-\uffe2\uffe4-\uffef]/g, (character) => character.normalize('NFKC'));
}

/** NFKC and full case folding: it joins ß with ss and ı with i. */
function foldCase(typed: string): string {
  return typed.trim().normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** The earlier normalisation. */
function foldLegacy(typed: string): string | undefined {
  if (typed.trim().length > maxUsernameLength * 2) return undefined;
  const folded = foldCase(typed);
  if (folded === '' || folded.length > maxUsernameLength || /[\s\p{C}]/u.test(folded)) return undefined;
  return folded;
}
