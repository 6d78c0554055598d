/** The time source of a local service. Its offset is in shared memory, so functions in worker threads see it change. */
export interface Clock {
  /** Milliseconds since the epoch, as the service sees it. */
  now(): number;
  /** Moves the service's time; timers and timeouts are not affected. */
  advance(seconds: number): void;
  /** One 64-bit integer: the milliseconds by which the service is ahead of the machine. */
  readonly shared: SharedArrayBuffer;
}

/**
 * Creates a clock that runs with the machine's, shifted by an offset.
 *
 * @param offsetMs how far ahead it starts; `npm start` uses 0
 */
export function createClock(offsetMs = 0): Clock {
  const shared = new SharedArrayBuffer(8);
  const offset = new BigInt64Array(shared);
  Atomics.store(offset, 0, BigInt(Math.round(offsetMs)));
  return {
    shared,
    now: () => Date.now() + Number(Atomics.load(offset, 0)),
    advance: (seconds) => {
      Atomics.add(offset, 0, BigInt(Math.round(seconds * 1000)));
    },
  };
}
