/** Shifts this process's clock forward. Timers are not affected. */
export function shiftClock(): (byMs: number) => void {
  const RealDate = globalThis.Date;
  let offset = 0;
  const now = () => RealDate.now() + offset;
  class ShiftedDate extends RealDate {
    constructor(...values: readonly unknown[]) {
      super(...((values.length === 0 ? [now()] : values) as [number]));
    }
    static override now(): number {
      return now();
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
  return (byMs) => {
    offset += byMs;
  };
}
