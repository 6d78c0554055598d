import { parseArgs } from 'node:util';
import { fuzz } from './engine.ts';
import { accessTokenTarget } from './targets/access-token.ts';
import { cookieTarget } from './targets/cookies.ts';
import { paramsTarget } from './targets/params.ts';
import { tokenTarget } from './targets/token.ts';

/** `npm run fuzz -- --executions 1000000 --seed 1 --target token` */

const targets = { token: tokenTarget, params: paramsTarget, cookies: cookieTarget, 'access-token': accessTokenTarget };

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', default: Object.keys(targets).join(',') },
  },
});
const executions = Number(values.executions);
const seed = Number(values.seed);
const chosen = Object.entries(targets).filter(([name]) => values.target.split(',').includes(name));
if (!Number.isSafeInteger(executions) || executions < 1 || !Number.isSafeInteger(seed) || chosen.length === 0) {
  process.stderr.write(
    `--executions and --seed are whole numbers; --target is of ${Object.keys(targets).join(', ')}\n`,
  );
  process.exit(2);
}

const number = (value: number) => Math.round(value).toLocaleString('en');
process.stdout.write(`seed ${seed}, ${number(executions)} executions of each target\n`);
/** How often progress is told where lines cannot be written over. */
const tellMs = 10_000;
for (const [name, target] of chosen) {
  let toldAt = performance.now();
  const summary = fuzz(target, {
    executions,
    seed,
    onProgress: (done, seconds, corpus) => {
      const { isTTY } = process.stderr;
      if (!isTTY && performance.now() - toldAt < tellMs) return;
      toldAt = performance.now();
      const text = `${name}: ${number(done)} of ${number(executions)}, ${number(done / seconds)}/s, corpus ${corpus}`;
      process.stderr.write(isTTY ? `\r${text} ` : `${text}\n`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const { seconds, corpus, covered, outcomes, finding } = summary;
  process.stdout.write(`\n${target.name}: ${number(summary.executions)} executions in ${seconds.toFixed(0)} s, `);
  process.stdout.write(
    `${number(summary.executions / seconds)}/s; corpus ${corpus}, ${number(covered)} characters of source reached\n`,
  );
  for (const [outcome, times] of Object.entries(outcomes).toSorted(([, a], [, b]) => b - a))
    process.stdout.write(`${number(times).padStart(14)}  ${outcome}\n`);
  if (finding !== undefined) {
    process.stdout.write(`\nFOUND: ${finding.message}\n${JSON.stringify(finding.input)}\n`);
    process.exitCode = 1;
  }
}
