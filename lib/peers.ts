/** Loaded before everything else, so that a missing peer is reported in one line instead of failing later. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The lowest supported versions; tested by `npm run test:package`. */
export const peerFloors = { 'aws-cdk-lib': '2.257.0', constructs: '10.5.0' } as const;

const { resolve } = createRequire(import.meta.url);
const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10));

function isBelow(version: string, floor: string): boolean {
  const have = numbers(version);
  for (const [index, least] of numbers(floor).entries()) {
    const own = have[index] ?? 0;
    if (own !== least) return own < least;
  }
  return false;
}

/** @returns undefined if the package is not installed where this file can load it */
function versionOf(name: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(resolve(`${name}/package.json`), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

for (const [name, floor] of Object.entries(peerFloors)) {
  const version = versionOf(name);
  const install = `npm install ${name}@^${floor}`;
  if (version === undefined) throw new Error(`pawl needs the package ${name}, which is not installed. Run: ${install}`);
  if (isBelow(version, floor)) throw new Error(`pawl needs ${name} ${floor} or newer, not ${version}. Run: ${install}`);
}
