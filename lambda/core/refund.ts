import type { CountedTry } from './guessing.ts';
import { settleAll } from './settle-all.ts';

/** The counted attempts of one request, refunded if its password is right, whatever fails after it was verified. */
export class Refundable {
  readonly #tries: readonly CountedTry[];
  #refund: Promise<unknown> | undefined;
  /** Whether the password has been verified. */
  isRight = false;

  constructor(tries: readonly CountedTry[]) {
    this.#tries = tries;
  }

  /** Refunds the attempts, once. */
  refund(): Promise<unknown> {
    this.#refund ??= settleAll(this.#tries.map((each) => each.forgive()));
    return this.#refund;
  }

  /**
   * Runs everything that follows the counting.
   *
   * @param staysCounted whether a failure leaves a right password counted
   */
  async settle<T>(work: () => Promise<T>, staysCounted: (error: unknown) => boolean): Promise<T> {
    try {
      const result = await work();
      if (this.isRight) await this.refund();
      return result;
    } catch (error) {
      // The client gets this failure, even if the refund fails as well.
      if (this.isRight && !staysCounted(error)) await Promise.allSettled([this.refund()]);
      throw error;
    }
  }
}
