import { LocalError } from '../errors.ts';
import { isObject, type JsonObject, objectOf } from '../json.ts';

/** Whether an event matches a rule's pattern: every member of the pattern contains the event's value. */
export function matches(pattern: JsonObject, event: JsonObject): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = event[name];
    if (!Array.isArray(wanted)) return isObject(value) && matches(objectOf(wanted), value);
    const given = Array.isArray(value) ? value : [value];
    return wanted.some((choice) => given.some((one) => fits(choice, one)));
  });
}

/** Refuses a pattern with a comparison that {@link matches} does not support, instead of ignoring it. */
export function requireKnownPattern(ruleId: string, pattern: JsonObject): void {
  for (const wanted of Object.values(pattern)) {
    if (!Array.isArray(wanted)) requireKnownPattern(ruleId, objectOf(wanted));
    else if (wanted.some((choice) => isObject(choice) && !/^(prefix|exists)$/.test(Object.keys(choice).join()))) {
      throw new LocalError(`${ruleId}: the local run supports only patterns of values, prefix and exists`);
    }
  }
}

function fits(choice: unknown, value: unknown): boolean {
  if (!isObject(choice)) return choice === value;
  if ('exists' in choice) return (value !== undefined) === choice.exists;
  return typeof value === 'string' && value.startsWith(String(choice.prefix));
}
