/** Prints each step with its duration, and a summary at the end. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #lines: string[] = [];
  readonly #startedAt = performance.now();

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Runs one step. If it returns text, the text becomes its remark in the summary. */
  async step<T>(name: string, work: () => Promise<T>, remark: (result: T) => string = () => ''): Promise<T> {
    const startedAt = performance.now();
    this.#write(`      ${name} ...\n`);
    try {
      const result = await work();
      this.#end('ok  ', name, startedAt, remark(result));
      return result;
    } catch (error) {
      this.#end('FAIL', name, startedAt, '');
      throw error;
    }
  }

  /** The steps so far, one per line. */
  summary(): string {
    return [...this.#lines, `${' '.repeat(6)}${seconds(this.#startedAt)}  in all`].join('\n');
  }

  #end(verdict: string, name: string, startedAt: number, remark: string): void {
    const line = `${verdict}  ${seconds(startedAt)}  ${name}${remark === '' ? '' : `: ${remark}`}`;
    this.#lines.push(line);
    this.#write(`${line}\n`);
  }
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7);
}
