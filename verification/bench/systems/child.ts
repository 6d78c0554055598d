import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Measured, Reply, Seeded, System } from './system.ts';

/** The process has ended, so its pending requests get no answer. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The parent's handle of a system that runs in its own process. */
export class Child implements System {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on('message', ({ id, value, error }: { id: number; value: unknown; error?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    this.#exited = new Promise((resolve) => {
      process.once('exit', () => {
        for (const { reject } of this.#waiting.values()) reject(new Gone('the process ended'));
        this.#waiting.clear();
        resolve();
      });
    });
  }

  /** Standard output is the system's log, which is discarded. */
  static async start(
    module: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<Child> {
    const child = new Child(
      fork(join(import.meta.dirname, 'worker.ts'), [module, ...args], {
        env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', NODE_NO_WARNINGS: '1', ...environment },
        stdio: ['ignore', 'ignore', process.env.BENCH_ERRORS === undefined ? 'ignore' : 'inherit', 'ipc'],
      }),
    );
    await new Promise<unknown>((resolve, reject) => child.#waiting.set(0, { resolve, reject }));
    return child;
  }

  seed(count: number): Promise<readonly Seeded[]> {
    return this.#ask('seed', count);
  }

  refresh(refreshToken: string): Promise<Reply> {
    return this.#ask('refresh', refreshToken);
  }

  revokeAll(subject: string): Promise<void> {
    return this.#ask('revokeAll', subject);
  }

  measure(tokens: readonly string[]): Promise<Measured> {
    return this.#ask('measure', tokens);
  }

  /** Moves the clock of the process forward. */
  shift(byMs: number): Promise<void> {
    return this.#ask('shift', byMs);
  }

  /** Ends the process immediately, as a crash does. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  #ask<T>(method: string, argument: unknown): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#process.send({ id, method, argument });
    });
  }
}
