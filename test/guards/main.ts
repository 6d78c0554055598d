import { join } from 'node:path';
import { CommandLine } from '../../scripts/command-line.ts';
import { exitOnSignals } from '../../scripts/exit-on-signals.ts';
import { allGuards, staleBecause } from '../support/guards/all.ts';
import type { Guard } from '../support/guards/guard.ts';
import type { Finding } from './remover.ts';
import { Worker } from './worker.ts';

const help = `npm run guards [-- --only <text>]

Removes each guard of the service, one at a time, in a copy of the source, and runs the tests that should notice.
Prints a table: guard, file, and the first test that failed without it.

  --only <text>   only guards whose file or name contains the text
  --help          this text

Exit code 0: every guard is noticed. 1: a guard is unnoticed, or its row in test/support/guards is stale or broken.
2: the command line cannot be read.
`;

/** Two copies at once, as two test files at once in the suites. */
const workers = [new Worker(), new Worker()];

async function main(): Promise<number> {
  const commandLine = new CommandLine('guards', help);
  const { values } = commandLine.parse({ options: { only: { type: 'string', default: '' } } });
  const guards = allGuards.filter(({ name }) => name.includes(values.only));
  if (guards.length === 0) commandLine.refuse(`no guard's file or name contains "${values.only}"`);
  const root = join(import.meta.dirname, '../..');
  const current: Guard[] = [];
  for (const guard of guards) {
    const because = staleBecause(guard, root);
    if (because === undefined) current.push(guard);
    else process.stdout.write(`STALE: ${guard.name}: ${because}\n`);
  }
  return await removeAll(current, guards.length - current.length);
}

/** @param stale how many rows were left out, as there is nothing to remove */
async function removeAll(guards: readonly Guard[], stale: number): Promise<number> {
  const startedAt = performance.now();
  const tally = { noticed: 0, unnoticed: 0, broken: 0 };
  const queue = guards.values();
  process.stdout.write('| removed | guard | file | noticed by |\n| ---: | --- | --- | --- |\n');
  const work = async (worker: Worker) => {
    // Both take from one queue.
    for (const guard of queue) {
      const finding = await worker.remove(guard);
      tally[finding.kind] += 1;
      const done = tally.noticed + tally.unnoticed + tally.broken;
      const name = guard.name.slice(guard.file.length + 2);
      process.stdout.write(`| ${done}/${guards.length} | ${name} | \`${guard.file}\` | ${said(finding)} |\n`);
    }
  };
  await Promise.all(workers.map(work));
  const { noticed, unnoticed, broken } = tally;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(
    `${guards.length} guards removed one at a time in ${seconds} s: ${noticed} noticed, ${unnoticed} unnoticed, ${broken} broken, ${stale} stale\n`,
  );
  return unnoticed + broken + stale === 0 ? 0 : 1;
}

function said(finding: Finding): string {
  switch (finding.kind) {
    case 'noticed':
      return `${finding.by.file}: ${finding.by.test}`;
    case 'unnoticed':
      return 'UNNOTICED';
    case 'broken':
      return `BROKEN: ${finding.because}`;
  }
}

const endWorkers = () => {
  for (const worker of workers) worker[Symbol.dispose]();
};
process.once('exit', endWorkers);
exitOnSignals();

const code = await main();
endWorkers();
process.exitCode = code;
