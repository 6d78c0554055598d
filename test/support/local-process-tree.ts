import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Ids of a process and its descendants. Reads /proc, so it works only on Linux. */
export function processTree(root: number): readonly number[] {
  if (!existsSync('/proc/self/smaps_rollup')) throw new Error('processes can only be measured on Linux');
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))] as const);
  const tree = [root];
  // The list grows during the iteration: children are appended and visited in turn.
  for (const parent of tree) tree.push(...parents.filter(([, of]) => of === parent).map(([pid]) => pid));
  return tree;
}

/** The unshared memory of these processes, in MB: the amount that ending them would free. */
export function unsharedMegabytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const text = read(`/proc/${pid}/smaps_rollup`);
    return [...text.matchAll(/^Private_\w+: +(\d+) kB$/gm)].reduce((sum, [, size]) => sum + Number(size), 0);
  });
  return kilobytes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** Whether the process is still running. A zombie is not. */
export function isAlive(pid: number): boolean {
  const state = /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? -1);
}

/** Empty if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
