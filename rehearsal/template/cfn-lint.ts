import { CommandError, run } from '../command.ts';
import type { Finding } from './finding.ts';

interface Match {
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** cfn-lint over one template, for one region. @throws CommandError when it cannot tell */
export async function cfnLint(
  python: string,
  template: string,
  region: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const args = [
    '-c',
    'from cfnlint.runner import main; main()',
    '--format',
    'json',
    '--regions',
    region,
    '--',
    template,
  ];
  // By its entry point: scripts of a moved virtual environment name the old place.
  // Its exit code is a set of bits, one a level of finding; all of them come with a list.
  const { output, exitCode } = await run(python, args, {
    env,
    timeoutMs: 120_000,
    accept: [0, 2, 4, 6, 8, 10, 12, 14],
  });
  let matches: readonly Match[];
  try {
    matches = JSON.parse(output) as readonly Match[];
  } catch {
    throw new CommandError(`cfn-lint ended with ${exitCode}\n${output}`);
  }
  return matches.map(({ Level, Message, Rule, Location }) => ({
    linter: 'cfn-lint',
    rule: Rule.Id,
    level: Level === 'Error' ? 'error' : 'warning',
    resource: String(Location.Path?.[1] ?? ''),
    message: Message,
  }));
}
