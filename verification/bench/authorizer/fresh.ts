import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Candidate } from './candidates.ts';

/** The cost of one fresh process, and the text written to its descriptor 4. */
interface Fresh {
  /** From the start of the process to its end, measured by its parent. */
  readonly wallMs: number;
  /** Measured by the process itself. */
  readonly cpuMs: number;
  readonly log: string;
}

const timeoutMs = 180_000;

/**
 * Starts a process that loads a bundle and handles one event, and checks the answer.
 *
 * @param node the command line that the script is appended to
 */
export async function runFresh(
  { name, file, event, expected }: Candidate,
  environment: Readonly<Record<string, string>>,
  node: readonly string[] = [process.execPath],
): Promise<Fresh> {
  const [command = '', ...args] = [
    ...node,
    join(import.meta.dirname, 'first.cjs'),
    ...(file === undefined ? [] : [file]),
  ];
  const BENCH_EVENT = JSON.stringify(await event());
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...environment, BENCH_EVENT },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const written = [3, 4].map((descriptor) => {
    const chunks: string[] = [];
    child.stdio[descriptor]?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    return chunks;
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const wallMs = performance.now() - startedAt;
  const [report = '', log = ''] = written.map((chunks) => chunks.join(''));
  if (report === '') throw new Error(`${name}: the process ended (${code}) without an answer\n${log}`);
  const { cpuMs, answer } = JSON.parse(report) as { cpuMs: number; answer: unknown };
  const text = JSON.stringify(answer).replaceAll('\\"', '"');
  if (!text.includes(expected)) throw new Error(`${name}: ${text}`);
  return { wallMs, cpuMs, log };
}
