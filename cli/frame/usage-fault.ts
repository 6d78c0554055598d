import { printable } from './output.ts';

/** How commander words a value that is not one of the choices of an argument or an option. */
const choices =
  /^(?:command-argument value|option) '(.*)' (?:is invalid for|argument) (?:argument )?'(.*)'(?: is invalid)?\. Allowed choices are (.*)\.$/s;

/**
 * A message of commander, worded like those of the commands: without `error: `, and in one form for choices. It quotes
 * the command line, so control characters are replaced.
 */
export function usageFault(message: string): string {
  const text = message.replace(/^error: /, '').trimEnd();
  return `${text.replace(choices, asChoices).split('\n').map(printable).join('\n')}\n`;
}

function asChoices(whole: string, first: string, second: string, allowed: string): string {
  // An option comes before its value, an argument after it.
  const [value, name] = whole.startsWith('option') ? [second, first.split(' ')[0]] : [first, second];
  return `${name} ${value} is not supported: use ${allowed.replace(/, ([^,]*)$/, ' or $1')}`;
}
