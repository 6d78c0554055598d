import { type Profiler, Session } from 'node:inspector';

/** Maximum length of a measured source, in characters. */
const maxSource = 65_536;

/** V8 block coverage of some files, by character of their sources. */
export class Coverage {
  readonly #session = new Session();
  readonly #files: readonly string[];
  /** By file: 1 for each character that has run. */
  readonly #seen = new Map<string, Uint8Array>();

  constructor(files: readonly string[]) {
    this.#files = files;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Whether new code ran since the last call. Records that code as seen. */
  grew(): boolean {
    return this.#compare(true);
  }

  /** Like `grew`, but records nothing. */
  reaches(): boolean {
    return this.#compare(false);
  }

  #compare(remember: boolean): boolean {
    let grew = false;
    for (const { url, functions } of this.#take()) {
      if (!this.#files.some((file) => url.endsWith(file))) continue;
      const ran = paint(functions);
      const seen = this.#seen.get(url) ?? new Uint8Array(maxSource);
      this.#seen.set(url, seen);
      for (let at = 0; at < ran.length; at += 1) {
        if (ran[at] !== 1 || seen[at] === 1) continue;
        grew = true;
        if (remember) seen[at] = 1;
      }
    }
    return grew;
  }

  /** How many characters of source have run. */
  get characters(): number {
    return [...this.#seen.values()].reduce((sum, seen) => sum + seen.reduce((count, one) => count + one, 0), 0);
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    // Within one thread, the answer arrives before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      taken = result;
    });
    return taken;
  }
}

/** Applies outer functions first, because the counts of an inner function take precedence in its range. */
function paint(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const ends = functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0);
  const ran = new Uint8Array(Math.max(0, ...ends));
  const sizeOf = ({ ranges: [whole] }: Profiler.FunctionCoverage) =>
    (whole?.endOffset ?? 0) - (whole?.startOffset ?? 0);
  for (const { ranges } of functions.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return ran;
}
