/** Phrases that the prose of this repository does not use, with what to write instead. */
export const bannedWords: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bwhoever\b/i, 'name the party: the client, the caller, an attacker'],
  [/\bso many\b/i, 'give the number and its unit'],
  [/\bparted by\b/i, 'separated by, or space-separated'],
  [/\bsaid aloud\b/i, 'logged, or reported'],
  [/\bnobody asked\b/i, 'not requested'],
  [/\bhas the last word\b/i, 'is authoritative'],
  [/\bcannot be had\b/i, 'is unavailable'],
  [/\ball the same\b/i, 'anyway, or nevertheless'],
  [/\bwhat is no(?! longer)\b/i, 'something that is not, or invalid'],
  [/\bof ours\b/i, 'our, or server (a server fault)'],
  [/\bof one's own\b/i, 'your own'],
  [/\bfor nothing but\b/i, 'only for'],
  [/\bthe dead\b(?!-)/i, 'ended sessions'],
  [/\bis asked again\b/i, 'is requested again, or is retried'],
  [/\bfor ever\b/i, 'indefinitely'],
];
