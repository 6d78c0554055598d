import type { Command } from 'commander';
import { exitCodes, Failure } from './failure.ts';

/**
 * Refuses an empty argument or value of an option: a shell variable that is not set leaves one. Lists may be empty.
 *
 * @throws Failure
 */
export function refuseEmpty(made: Command): void {
  for (const [at, argument] of made.registeredArguments.entries()) {
    if (!argument.required || made.args[at]?.trim() !== '') continue;
    throw new Failure(`the argument <${argument.name()}> is empty; expected: ${argument.description}`, exitCodes.usage);
  }
  for (const option of made.options) {
    const value: unknown = made.getOptionValue(option.attributeName());
    if (typeof value !== 'string' || value.trim() !== '') continue;
    throw new Failure(`${option.long} is empty: give a value, or leave the option out`, exitCodes.usage);
  }
}
