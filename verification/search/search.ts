import { type Explored, explore } from './explore.ts';
import { sizes } from './size.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });

/** Explores each size in turn, up to the first violation. @returns the exit code */
export async function search(names: readonly string[]): Promise<number> {
  for (const name of names) {
    const size = sizes[name];
    if (size === undefined) throw new Error(`no size is called ${name}; known: ${Object.keys(sizes).join(', ')}`);
    say(`search ${name}: ${JSON.stringify(size)}`);
    const explored = await explore(size, ({ states, transitions, seconds }) =>
      say(`  ${number(states)} states, ${number(transitions)} transitions, ${seconds.toFixed(0)} s`),
    );
    report(explored);
    if (explored.violation !== undefined) return 1;
  }
  say('every invariant held in every state of every size');
  return 0;
}

function report({ states, transitions, interleavings, depth, seconds, violation, history }: Explored): void {
  say(`  ${number(states)} states, ${number(transitions)} transitions, depth ${depth}, ${seconds.toFixed(1)} s`);
  if (violation === undefined) {
    const digits = interleavings > 1e15 ? interleavings.toExponential(2) : number(interleavings);
    say(`  ${digits} interleavings, none of them with a violation`);
    return;
  }
  say(`  VIOLATION of ${violation.message}`);
  for (const label of history) say(`    ${label}`);
}
