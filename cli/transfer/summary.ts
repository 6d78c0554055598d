import type { Account } from '../../lambda/core/account.ts';
import type { Row } from '../frame/output.ts';
import { leftOutReason } from './formats/left-out.ts';
import type { Counts } from './progress.ts';

/** Maximum number of different members that are counted, because the source chooses their names. */
const mostMembers = 50;

/** What a transfer did, or would do. */
export class Summary {
  readonly counts: Counts = { created: 0, present: 0, refused: 0 };
  #withoutPassword = 0;
  readonly #leftOut = new Map<string, number>();

  /** Counts an account that was created. @param leftOut members of its source that it does not have */
  created({ passwordHash }: Pick<Account, 'passwordHash'>, leftOut: readonly string[] = []): void {
    if (passwordHash === undefined) this.#withoutPassword += 1;
    for (const name of leftOut) {
      const counted = this.#leftOut.has(name) || this.#leftOut.size < mostMembers ? name : 'others';
      this.#leftOut.set(counted, (this.#leftOut.get(counted) ?? 0) + 1);
    }
  }

  /** For machines: docs/cli.md. */
  row(dryRun: boolean): Row {
    const leftOut = Object.fromEntries(this.#leftOut);
    return { ...this.counts, withoutPassword: this.#withoutPassword, leftOut, dryRun };
  }

  /** For people. */
  sentences(dryRun: boolean): readonly string[] {
    const { created, present, refused } = this.counts;
    const sentences = [
      `${created} ${dryRun ? 'to create' : 'created'}, ${present} already present, ${refused} refused`,
    ];
    if (this.#withoutPassword > 0) {
      sentences.push(
        `${this.#withoutPassword} of ${created} have no password: these users cannot log in until users reset or users set-password`,
      );
    }
    const members = [...this.#leftOut].toSorted(([, a], [, b]) => b - a);
    for (const reason of new Set(members.map(([name]) => leftOutReason(name)))) {
      const left = members.filter(([name]) => leftOutReason(name) === reason);
      sentences.push(`left out, because ${reason}: ${left.map(([name, count]) => `${name} of ${count}`).join(', ')}`);
    }
    return sentences;
  }
}
