import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLine } from '../../scripts/command-line.ts';
import { Cdk, type Context } from '../cdk.ts';
import { endCommands } from '../command.ts';
import { neutralEnvironment } from '../environment.ts';
import { pythonEnvironment } from '../python.ts';
import { cfnLint } from './cfn-lint.ts';
import { cloudFormationValidate } from './cloudformation-validate.ts';
import { acknowledgementOf, type Finding } from './finding.ts';

new CommandLine(
  'lint:template',
  'npm run lint:template\n\nChecks the templates of this tree with cfn-lint and cloudformation-validate. Needs Python 3.',
).parse({});

/** `npm run lint:template`: checks the templates of this tree with cfn-lint and cloudformation-validate. */

interface Variant {
  readonly name: string;
  readonly region: string;
  readonly context?: Context;
  /** The app and its stack, if it is not the service's own app. */
  readonly app?: readonly [path: string, stack: string];
}

const variants: readonly Variant[] = [
  { name: 'default settings', region: 'us-east-1', context: {} },
  {
    name: 'custom domain and cookie mode',
    region: 'eu-central-1',
    context: {
      allowedOrigins: 'https://app.example.com',
      domainName: 'auth.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
    },
  },
  { name: 'behind CloudFront', region: 'us-east-1', app: ['examples/cloudfront-waf/app.ts', 'CloudFrontPawl'] },
];

async function main(home: string): Promise<readonly Finding[]> {
  const env = neutralEnvironment(home);
  const python = await pythonEnvironment(env);
  const open: Finding[] = [];
  for (const [index, { name, region, context, app }] of variants.entries()) {
    const directory = join(home, `${index}`);
    mkdirSync(directory);
    const cdk = new Cdk(directory, env);
    const template = app === undefined ? await cdk.synth(context) : await cdk.synthApp(...app);
    const linters = [await cfnLint(python, template, region, env), cloudFormationValidate(template, region)];
    process.stdout.write(`${name} (${region})\n`);
    for (const [position, linter] of ['cfn-lint', 'cloudformation-validate'].entries()) {
      const findings = linters[position] ?? [];
      const unknown = findings.filter((finding) => acknowledgementOf(finding) === undefined);
      open.push(...unknown);
      const errors = findings.filter(({ level }) => level === 'error').length;
      const counts = `${errors} errors, ${findings.length - errors} warnings`;
      process.stdout.write(`  ${linter}: ${counts}, ${findings.length - unknown.length} acknowledged\n`);
    }
  }
  return open;
}

const home = mkdtempSync(join(tmpdir(), 'pawl-lint-'));
process.once('exit', () => {
  endCommands();
  rmSync(home, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

try {
  const open = await main(home);
  for (const { linter, rule, level, resource, message } of open) {
    process.stdout.write(`${level}  ${linter} ${rule}  ${resource}\n       ${message}\n`);
  }
  if (open.length > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
