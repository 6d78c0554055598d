import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Parts of `npm run check` that need a binary that exists only for Linux on x64. */
export interface LeftOut {
  readonly lint: boolean;
  /** Test files, relative to the repository. */
  readonly tests: readonly string[];
}

/** Matches the text of a test, or of its imports, that needs such a binary. */
const needsLinuxX64 = /'dynoxide'|\bopenDynoxide\b|\bbiomeBinary\b|'\/proc\/|`\/proc\//;

/**
 * The parts that this machine cannot run. On Linux x64 nothing is left out: a missing binary fails its part.
 *
 * @param root the repository
 */
export function leftOut({ platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>, root: string): LeftOut {
  if (platform === 'linux' && arch === 'x64') return { lint: false, tests: [] };
  // The suites of browsers and packages are not part of `npm test`.
  const tests = globSync('test/!(browser|package)/**/*.test.ts', { cwd: root }).sort();
  return { lint: true, tests: tests.filter((path) => closureOf(path, root).some((text) => needsLinuxX64.test(text))) };
}

/** The texts of a file and of all modules below `test` that it imports. */
function closureOf(path: string, root: string): readonly string[] {
  const texts = new Map<string, string>();
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (texts.has(next)) continue;
    const text = readFileSync(join(root, next), 'utf8');
    texts.set(next, text);
    for (const [, imported = ''] of text.matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g)) {
      const file = normalize(join(dirname(next), imported));
      if (file.startsWith('test/') && existsSync(join(root, file))) open.push(file);
    }
  }
  return [...texts.values()];
}
