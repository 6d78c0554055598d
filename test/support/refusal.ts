import { Refusal } from '../../lambda/core/errors.ts';

/** The error that a call is refused with. */
export function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was expected to be refused');
}
