import { objectOf } from './json.ts';

/**
 * The settings in effect in a few lines, read from the environment of the run's functions.
 *
 * @param template of the stack
 */
export function settingsInEffect(template: unknown): string {
  const settings = new Map<string, string>();
  for (const resource of Object.values(objectOf(objectOf(template).Resources))) {
    const { Type, Properties } = objectOf(resource);
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = objectOf(objectOf(Properties).Environment);
    for (const [name, value] of Object.entries(objectOf(Variables))) {
      if (isSetting(name, value)) settings.set(settingOf(name), value);
    }
  }
  const lists = [...settings].filter(([, value]) => !isNumber(value));
  const numbers = [...settings].filter(([, value]) => isNumber(value));
  const line = ([name, value]: readonly [string, string]) => `${name} ${value}`;
  return [
    'Settings (change one: npm start -- -c key=value):',
    ...lists.map((each) => `  ${line(each)}`),
    ...wrapped(numbers.map(line)),
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

/** Comma-separated, in lines of at most 100 characters. */
function wrapped(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < 96) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(`  ${part}`);
  }
  return lines;
}
