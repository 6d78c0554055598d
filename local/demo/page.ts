/** Writes the demo to the terminal: plain text, with colors on a terminal. */

/** A step with a failed check. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

/** The output stream, and whether to use colors. */
export interface PageOptions {
  readonly write: (text: string) => void;
  readonly colours: boolean;
}

const codes = { bold: 1, dim: 2, green: 32 } as const;

/** Writes steps, requests and checks, and counts the checks. */
export class Page {
  readonly #options: PageOptions;
  #step = 0;
  #title = '';
  #checks = 0;

  constructor(options: PageOptions) {
    this.#options = options;
  }

  /** How many checks have passed. */
  get checks(): number {
    return this.#checks;
  }

  /** Starts the next step. */
  step(title: string): void {
    this.#step += 1;
    this.#title = title;
    this.line(`\n${this.#paint('bold', `${this.#step}. ${title}`)}`);
  }

  /** An event outside any request. */
  note(text: string): void {
    this.line(`   ${this.#paint('dim', text)}`);
  }

  /** One request and its status. */
  exchange(request: string, status: number | string): void {
    this.line(`   ${request.padEnd(62)} -> ${status}`);
  }

  /**
   * Prints a passed check.
   *
   * @throws StoryError naming the step if the check fails
   */
  check(claim: string, holds: boolean, found = ''): void {
    if (!holds) {
      const detail = found === '' ? '' : ` (found: ${found})`;
      throw new StoryError(`step ${this.#step} "${this.#title}" failed: ${claim}${detail}`);
    }
    this.#checks += 1;
    this.line(`   ${this.#paint('green', 'ok')} ${claim}`);
  }

  line(text: string): void {
    this.#options.write(`${text}\n`);
  }

  #paint(colour: keyof typeof codes, text: string): string {
    return this.#options.colours ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
  }
}

/** Colors are used on a terminal unless disabled: https://no-color.org */
export function mayUseColours(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** A token as the story shows it: its first 12 and last 6 characters. Short texts stay whole. */
export function shorten(token: string): string {
  return token.length <= 40 ? token : `${token.slice(0, 12)}...${token.slice(-6)}`;
}
