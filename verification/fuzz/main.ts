import { CommandLine } from '../../scripts/command-line.ts';
import { fuzz } from './engine.ts';
import type { Target } from './target.ts';
import { accessTokenTarget } from './targets/access-token.ts';
import { cookieTarget } from './targets/cookies.ts';
import { paramsTarget } from './targets/params.ts';
import { payloadTarget } from './targets/payload.ts';
import { tokenTarget } from './targets/token.ts';

const targets = {
  token: tokenTarget,
  params: paramsTarget,
  cookies: cookieTarget,
  'access-token': accessTokenTarget,
  payload: payloadTarget,
};

/** Interval of progress reports if lines cannot be overwritten. */
const tellMs = 10_000;

// Parsers that refuse by an error would spend most of the time on its stack.
Error.stackTraceLimit = 0;

const help = `npm run fuzz -- [options]

Feeds random and mutated input to the parsers: no input may crash one, and none may be accepted twice in different forms.

  --executions <number>  executions of each target (default 1000000)
  --seed <number>        seed of the random numbers (default 1)
  --target <names>       comma-separated: ${Object.keys(targets).join(', ')} (default: all)

Exit code 1: a finding.`;

const commandLine = new CommandLine('fuzz', help);
const { values } = commandLine.parse({
  options: {
    executions: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', default: Object.keys(targets).join(',') },
  },
});
const executions = commandLine.wholeNumber('executions', values.executions, 1);
const seed = commandLine.wholeNumber('seed', values.seed, 0);
const known = Object.keys(targets) as (keyof typeof targets)[];
const chosen = values.target.split(',').map((name) => commandLine.oneOf('target', name, known));

const number = (value: number) => Math.round(value).toLocaleString('en');
process.stdout.write(`seed ${seed}, ${number(executions)} executions of each target\n`);
for (const name of chosen) {
  const target: Target = targets[name];
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
