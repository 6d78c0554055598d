/** The process of one system, `worker.ts <module> <endpoint> <table>`. It serves requests that arrive as messages. */
import { shiftClock } from './shifted-clock.ts';
import type { Measured, OpenSystem, System } from './system.ts';

const shift = shiftClock();
const [, , module = '', endpoint = '', table = ''] = process.argv;
const { open } = (await import(module)) as { readonly open: OpenSystem };
const system = await open({ endpoint, table });

/** Sequential refreshes: each begins when the previous answer has arrived. */
async function measure(tokens: readonly string[]): Promise<Measured> {
  const latenciesMs: number[] = [];
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (const token of tokens) {
    const askedAt = performance.now();
    const { status, refreshToken } = await system.refresh(token);
    if (status !== 200 || refreshToken === undefined || refreshToken === token) throw new Error(`refused: ${status}`);
    latenciesMs.push(performance.now() - askedAt);
  }
  const wallMs = performance.now() - startedAt;
  const { user, system: inKernel } = process.cpuUsage(before);
  return { latenciesMs, wallMs, cpuMs: (user + inKernel) / 1000 };
}

const methods: Readonly<Record<string, (argument: never) => unknown>> = {
  seed: (count: number) => system.seed(count),
  refresh: (token: string) => system.refresh(token),
  revokeAll: (subject: string) => system.revokeAll(subject),
  shift,
  measure,
} satisfies Readonly<Record<keyof System | 'shift' | 'measure', unknown>>;

process.on('message', async ({ id, method, argument }: { id: number; method: string; argument: never }) => {
  try {
    process.send?.({ id, value: await methods[method]?.(argument) });
  } catch (error) {
    process.send?.({ id, error: (error as Error).stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0 });
