import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface FirstRequest {
  /** From just before the bundle is loaded until the answer. */
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly answer: unknown;
}

/** Lets a new process load a bundle and handle one event. */
export function runFresh(
  bundle: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<FirstRequest> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'first-request.cjs'), bundle], {
    env: { ...environment, BENCH_EVENT: JSON.stringify(event) },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const report: string[] = [];
  child.stdio[3]?.on('data', (chunk: Buffer) => report.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      if (report.length === 0) reject(new Error(`${bundle} answered nothing`));
      else resolve(JSON.parse(report.join('')) as FirstRequest);
    });
  });
}
