import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Guard } from '../support/guards/guard.ts';
import { SourceCopy } from './copy.ts';
import type { Finding } from './remover.ts';

/** The longest that the tests of one guard may take: without a guard code may loop forever. */
const limitMs = 600_000;

/** A child process that removes guards in a copy of the source. One that hangs is replaced. */
export class Worker implements Disposable {
  #copy: SourceCopy | undefined;
  #child: ChildProcess | undefined;

  async remove(guard: Guard): Promise<Finding> {
    const child = this.#running();
    const { promise, resolve } = Promise.withResolvers<Finding>();
    const exited = (code: number | null) => resolve(broken(`the test run ended with exit code ${code}`));
    const timer = setTimeout(() => resolve(broken(`the tests took longer than ${limitMs / 1000} s`)), limitMs);
    child.once('message', resolve);
    child.once('exit', exited);
    child.send(guard);
    try {
      const finding = await promise;
      if (finding.kind === 'broken') this[Symbol.dispose]();
      return finding;
    } finally {
      clearTimeout(timer);
      child.off('message', resolve);
      child.off('exit', exited);
    }
  }

  [Symbol.dispose](): void {
    const { pid } = this.#child ?? {};
    try {
      // Its own group: the engines and workers that the tests have started end with it.
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    this.#child = undefined;
    this.#copy?.[Symbol.dispose]();
    this.#copy = undefined;
  }

  #running(): ChildProcess {
    this.#copy ??= new SourceCopy();
    this.#child ??= fork(join(import.meta.dirname, 'remover.ts'), [this.#copy.root], {
      cwd: this.#copy.root,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Which example fails is enough; a search for the shortest one takes time.
      env: { ...process.env, PAWL_SHRINK: 'no' },
    });
    return this.#child;
  }
}

function broken(because: string): Finding {
  return { kind: 'broken', because };
}
