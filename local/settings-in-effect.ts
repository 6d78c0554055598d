import { objectOf } from './json.ts';

/**
 * The settings in effect by name, read from the environment of the run's functions.
 *
 * @param template of the stack
 */
export function settingsOf(template: unknown): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const resource of Object.values(objectOf(objectOf(template).Resources))) {
    const { Type, Properties } = objectOf(resource);
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = objectOf(objectOf(Properties).Environment);
    for (const [name, value] of Object.entries(objectOf(Variables))) {
      if (isSetting(name, value)) settings.set(settingOf(name), value);
    }
  }
  return settings;
}

/** The settings in effect in a few lines. */
export function settingsInEffect(settings: ReadonlyMap<string, string>): string {
  const lists = [...settings].filter(([, value]) => !isNumber(value));
  const numbers = [...settings].filter(([, value]) => isNumber(value));
  const line = ([name, value]: readonly [string, string]) => `${name} ${value}`;
  return [
    'Settings (change one: npm start -- -c key=value):',
    ...lists.flatMap((each) => wrapped(line(each).split(' '), ' ')),
    ...wrapped(numbers.map(line), ', '),
  ].join('\n');
}

const isNumber = (value: string): boolean => /^\d+$/.test(value);

/** References and resource names are not settings. */
function isSetting(name: string, value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && (isNumber(value) || name === 'ALLOWED_ORIGINS' || name === 'CLIENTS')
  );
}

/** `GRACE_SECONDS` is the setting `graceSeconds`. */
function settingOf(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Joined by a separator, in lines of at most 100 characters. */
function wrapped(parts: readonly string[], separator: string): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const isFull = last === undefined || last.length + separator.length + part.length > 100;
    if (isFull) lines.push(`  ${part}`);
    else lines[lines.length - 1] = `${last}${separator}${part}`;
  }
  return lines;
}
