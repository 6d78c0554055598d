import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';

/** The number of accounts per result. */
export interface Counts {
  created: number;
  present: number;
  refused: number;
}

/** How far a file has been read. */
export interface Extent {
  /** Its size in bytes; `undefined` for standard input. */
  readonly size: number | undefined;
  readonly read: () => number;
}

/** How often progress is printed without a terminal, milliseconds. */
const printEveryMs = 5000;

/** Columns of the bar, and of the text after it. */
const maxBar = 40;
const textColumns = 80;

export interface Progress {
  show(counts: Counts): void;
  stop(): void;
}

/** Shows progress: a bar on a terminal, elsewhere a line every few seconds. */
export function createProgress(
  stderr: Writable,
  extent: Extent | undefined,
  nowMs = () => performance.now(),
): Progress {
  const startedAt = nowMs();
  const rate = (counts: Counts) => Math.round((done(counts) * 1000) / Math.max(1, nowMs() - startedAt));
  const size = extent?.size;
  if ((stderr as { isTTY?: boolean }).isTTY === true && extent !== undefined && size !== undefined) {
    // The counts matter more: a narrow terminal has a shorter bar, or none.
    const barsize = Math.min(maxBar, Math.max(0, ((stderr as { columns?: number }).columns || 80) - textColumns));
    const bar = new SingleBar({
      // The library writes to any terminal, although its types require more.
      stream: stderr as NodeJS.WritableStream,
      barsize,
      format: `${barsize > 0 ? '{bar} ' : ''}{percentage} % | {words} | {rate} a second | {eta_formatted} left`,
      // Samples, one a second: the estimate covers five minutes, the longest wait for a table that throttles.
      etaBuffer: 300,
      // The command handles Ctrl-C itself.
      gracefulExit: false,
      clearOnComplete: true,
      // Otherwise, Ctrl-C would leave line wrapping disabled on the terminal.
      linewrap: true,
    });
    bar.start(Math.max(1, size), 0, { words: inWords({ created: 0, present: 0, refused: 0 }), rate: 0 });
    return {
      show: (counts) => bar.update(Math.min(extent.read(), size), { words: inWords(counts), rate: rate(counts) }),
      stop: () => bar.stop(),
    };
  }
  let printedAt = startedAt;
  return {
    show: (counts) => {
      if (nowMs() - printedAt < printEveryMs) return;
      printedAt = nowMs();
      const share = extent === undefined || size === undefined ? '' : `${Math.floor((extent.read() * 100) / size)} %: `;
      stderr.write(`${share}${inWords(counts)} so far, ${rate(counts)} a second\n`);
    },
    stop: () => {},
  };
}

const done = ({ created, present, refused }: Counts) => created + present + refused;

const inWords = ({ created, present, refused }: Counts) => `${created} created, ${present} present, ${refused} refused`;
