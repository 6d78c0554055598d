import { type ClientExplored, exploreClient } from './explore.ts';
import { shorten } from './shorten.ts';
import { type ClientSize, clientSizes } from './size.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });

/** Explores each size in turn, up to the first violation. @returns the exit code */
export async function searchClient(names: readonly string[]): Promise<number> {
  for (const name of names) {
    const size = clientSizes[name];
    if (size === undefined) throw new Error(`no size is called ${name}; known: ${Object.keys(clientSizes).join(', ')}`);
    say(`search of the client library, ${name}: ${JSON.stringify(size)}`);
    const explored = await exploreClient(size, (told) => say(`  ${progressOf(told)}`));
    say(`  ${progressOf(explored)}, ${number(explored.moves)} moves, at most ${explored.depth} choices in one`);
    if (explored.violation === undefined) continue;
    await reportViolation(size, explored);
    return 1;
  }
  say('the client library held every invariant in every execution');
  return 0;
}

function progressOf({ executions, repeated, seconds }: ClientExplored): string {
  return `${number(executions)} executions, ${number(repeated)} given up as repetitions, ${seconds.toFixed(1)} s`;
}

async function reportViolation(size: ClientSize, { violation, choices }: ClientExplored): Promise<void> {
  if (violation === undefined) return;
  const short = await shorten(size, choices, violation);
  say(`  VIOLATION of ${short.violation?.message ?? violation.message}`);
  say(`  ${short.choices.length} choices, of ${choices.length}:`);
  for (const words of short.choices) say(`    ${words}`);
  say('  and everything that happened:');
  for (const words of short.history) say(`    | ${words}`);
}
