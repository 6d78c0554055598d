import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guard } from '../support/guards/guard.ts';
import { type Failure, Suite } from './suite.ts';

/** What happened to one guard: a test noticed its absence, none did, or the tests could not be run. */
export type Finding =
  | { readonly kind: 'noticed'; readonly by: Failure }
  | { readonly kind: 'unnoticed' }
  | { readonly kind: 'broken'; readonly because: string };

/** Removes guards, one at a time, in a copy of the source. Runs in a child process: one guard in, one finding out. */
class Remover {
  readonly #root: string;
  readonly #suite: Suite;
  /** Test files that pass with every guard in place. */
  readonly #sound = new Set<string>();
  /** For each guarded file, the test file that noticed last. */
  readonly #noticedBy = new Map<string, string>();

  /** @param root of the copy */
  constructor(root: string, suite: Suite) {
    this.#root = root;
    this.#suite = suite;
  }

  async remove(guard: Guard): Promise<Finding> {
    try {
      const by = await this.#without(guard);
      if (by === undefined) return { kind: 'unnoticed' };
      const failing = await this.#failsAnyway(by.file);
      return failing === undefined
        ? { kind: 'noticed', by }
        : { kind: 'broken', because: `fails with every guard in place: ${failing.file}: ${failing.test}` };
    } catch (error) {
      return { kind: 'broken', because: (error as Error).message };
    }
  }

  async #without({ file, guard, without, tests }: Guard): Promise<Failure | undefined> {
    const path = join(this.#root, file);
    const code = readFileSync(path, 'utf8');
    const write = (text: string) => {
      writeFileSync(path, text);
      this.#suite.changed(path);
    };
    write(code.replace(guard, () => without));
    try {
      // The guards of one file are mostly noticed by the tests of one file.
      const failure = await this.#suite.firstFailure(tests, this.#noticedBy.get(file));
      if (failure !== undefined) this.#noticedBy.set(file, failure.file);
      return failure;
    } finally {
      write(code);
    }
  }

  /** A test that fails with all guards in place notices nothing. */
  async #failsAnyway(file: string): Promise<Failure | undefined> {
    if (this.#sound.has(file)) return undefined;
    const failure = await this.#suite.firstFailure([file]);
    if (failure === undefined) this.#sound.add(file);
    return failure;
  }
}

const [root = ''] = process.argv.slice(2);
const suite = await Suite.open(root);
const remover = new Remover(root, suite);
process.on('message', async (guard: Guard) => process.send?.(await remover.remove(guard)));
process.once('disconnect', () => void suite.close());
