import { CommandError, run } from '../command.ts';
import type { Finding } from './finding.ts';

interface Match {
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** Runs cfn-lint on one template, for one region. @throws CommandError when cfn-lint fails */
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
  // Run the module: the scripts of a moved virtual environment contain its old path.
  // The exit code is a bit set with one bit per level. With any of them, cfn-lint prints the list of findings.
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
