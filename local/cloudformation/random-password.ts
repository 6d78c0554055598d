import { randomInt } from 'node:crypto';
import { type JsonObject, objectOf } from '../json.ts';

const ALPHABETS = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;

/**
 * The initial value of a secret that CloudFormation generates: `GenerateSecretString` of `AWS::SecretsManager::Secret`.
 */
export function generateSecretString(options: JsonObject): string {
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  const password = randomPassword(options);
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...objectOf(JSON.parse(String(template))), [String(key)]: password });
}

function randomPassword(options: JsonObject): string {
  const excluded = new Set(String(options.ExcludeCharacters ?? ''));
  const isSet = (name: string): boolean => options[name] === true || options[name] === 'true';
  const classes = Object.entries(ALPHABETS).flatMap(([exclude, alphabet]) => {
    const left = [...alphabet].filter((character) => !excluded.has(character));
    return isSet(exclude) || left.length === 0 ? [] : [left];
  });
  if (isSet('IncludeSpace')) classes.push([' ']);
  const length = Number(options.PasswordLength ?? 32);
  const pick = (from: readonly string[]): string => from[randomInt(from.length)] ?? '';
  const characters = Array.from({ length }, () => pick(classes.flat()));
  // One character of each class, unless the template disables it: RequireEachIncludedType is true by default.
  if (options.RequireEachIncludedType === false || options.RequireEachIncludedType === 'false')
    return characters.join('');
  const places = new Set<number>();
  while (places.size < Math.min(classes.length, length)) places.add(randomInt(length));
  [...places].forEach((place, index) => {
    characters[place] = pick(classes[index] ?? []);
  });
  return characters.join('');
}
