import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type CommandOptions, type CommandResult, run } from './command.ts';
import { account } from './environment.ts';

/** Outputs of the deployed stack. */
export interface Deployment {
  readonly url: string;
  readonly tableName: string;
  /** The function that rotates the keys. */
  readonly keysFunction: string;
}

/** Settings of the stack, passed as `-c key=value`. */
export type Context = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '..');
const cli = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');
const deployArgs = ['deploy', '--require-approval', 'never', '--progress', 'events'];

/** Runs the real CDK CLI on the app of this tree, or on another app that produces the same stack. */
export class Cdk {
  /** The tree does not change during the run, so only the first command builds. */
  static #built = false;

  readonly #home: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #stackName: string;
  readonly #assembly: string;

  /** @param stackName the app's setting `stackName` */
  constructor(home: string, env: NodeJS.ProcessEnv, stackName = 'Pawl') {
    this.#home = home;
    this.#env = env;
    this.#stackName = stackName;
    this.#assembly = join(home, `${stackName}.cdk.out`);
  }

  /** `cdk bootstrap` with the CDK's own template, without one policy: see differences.ts. */
  async bootstrap(): Promise<void> {
    const { output } = await this.#run(['bootstrap', '--show-template'], { cwd: this.#home });
    const template = join(this.#home, 'bootstrap.yaml');
    const relaxed = output.replace(/^ {2}StagingBucketPolicy:\n(?: {4}.*\n)+/m, '');
    if (relaxed === output) throw new Error('the bootstrap template has no StagingBucketPolicy any more');
    writeFileSync(template, relaxed);
    // Run it in a directory without an app: bootstrapping needs none, and would build this one.
    await this.#run(['bootstrap', '--template', template, `aws://${account.id}/${account.region}`], {
      cwd: this.#home,
    });
  }

  /**
   * `cdk deploy`; `changed` tells whether the CLI found anything to do.
   *
   * @param app command that replaces the app of this tree
   */
  async deploy(context: Context = {}, app?: string): Promise<Deployment & { readonly changed: boolean }> {
    const outputs = join(this.#home, `${this.#stackName}.outputs.json`);
    const { output } = await this.#synthesize([...deployArgs, '--outputs-file', outputs, ...this.#app(context, app)]);
    const written = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>;
    const values = written[this.#stackName];
    const { ApiUrl: url, TableName: tableName, KeysFunctionName: keysFunction } = values ?? {};
    if (url === undefined || tableName === undefined || keysFunction === undefined) {
      throw new Error('the stack lacks its outputs');
    }
    return { url, tableName, keysFunction, changed: !output.includes('(no changes)') };
  }

  /** `cdk deploy` that must fail. Returns its output. */
  async failToDeploy(context: Context): Promise<string> {
    return (await this.#synthesize([...deployArgs, ...this.#app(context)], { accept: [1] })).output;
  }

  /** `cdk diff` of the latest assembly; `undefined` without differences. */
  async difference(): Promise<string | undefined> {
    const { exitCode, output } = await this.#run(['diff', '--fail', '--app', this.#assembly], { accept: [0, 1] });
    if (exitCode === 1) return output;
    if (!output.includes('Number of stacks with differences: 0'))
      throw new Error(`unexpected output of cdk diff\n${output}`);
    return undefined;
  }

  /** `cdk synth`. Returns the path of the template. */
  async synth(context: Context = {}): Promise<string> {
    await this.#synthesize(['synth', '--quiet', ...this.#app(context)]);
    // The file is named after the construct id, which never changes.
    return join(this.#assembly, 'Pawl.template.json');
  }

  /** `cdk synth` of another app of this tree. Returns the path of the template. */
  async synthApp(app: string, stack: string): Promise<string> {
    await this.#synthesize(['synth', '--quiet', '--app', `${process.execPath} ${app}`, '--output', this.#assembly]);
    return join(this.#assembly, `${stack}.template.json`);
  }

  /** `cdk destroy` of the latest assembly. */
  async destroy(): Promise<void> {
    await this.#run(['destroy', '--force', '--all', '--app', this.#assembly]);
  }

  #app(context: Context, app?: string): string[] {
    const all = { stackName: this.#stackName, ...context };
    const settings = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return ['--output', this.#assembly, ...settings, ...(app === undefined ? [] : ['--app', app])];
  }

  /** Runs a command that synthesizes the app. */
  async #synthesize(args: readonly string[], options: Pick<CommandOptions, 'accept'> = {}): Promise<CommandResult> {
    const result = await this.#run([...args, ...(Cdk.#built ? ['--build', ''] : [])], options);
    Cdk.#built = true;
    return result;
  }

  #run(args: readonly string[], options: Pick<CommandOptions, 'accept' | 'cwd'> = {}): Promise<CommandResult> {
    return run(process.execPath, [cli, '--no-notices', '--no-color', ...args], {
      cwd: root,
      env: this.#env,
      timeoutMs: 300_000,
      log: join(this.#home, 'cdk.log'),
      ...options,
    });
  }
}
