import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');

export interface Finished {
  /** 0 for success. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an installation added to an empty folder. */
export interface Added {
  readonly count: number;
  readonly bytes: number;
  /** The Node of npm scripts. */
  readonly before: string;
  readonly after: string;
}

/** A folder without anything from this repository: its modules are not found, and its tools are not on the path. */
export class Stranger {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** An empty folder with a package.json. */
  static inEmptyFolder(manifest: object = { private: true }): Stranger {
    const one = new Stranger(mkdtempSync(join(tmpdir(), 'pawl-stranger-')));
    one.write('package.json', JSON.stringify(manifest));
    return one;
  }

  /** A new CDK app, as the CDK's own `cdk init` leaves it before anything is installed. */
  static async withCdkApp(name: string): Promise<Stranger> {
    const folder = join(mkdtempSync(join(tmpdir(), 'pawl-stranger-')), name);
    mkdirSync(folder);
    const one = new Stranger(folder);
    const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
    await one.must('node', [cdk, 'init', 'app', '--language', 'typescript', '--generate-only']);
    return one;
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Copies a folder of the repository over this one. */
  copy(from: string): void {
    cpSync(join(root, from), this.folder, { recursive: true });
  }

  /** Runs a command, whatever it ends with. Ten minutes at most. */
  async run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    const options = { cwd: this.folder, env: { ...strangersEnvironment(), ...env }, timeout: 600_000, maxBuffer: 1e8 };
    try {
      return { code: 0, ...(await promisify(execFile)(command, [...args], options)) };
    } catch (error) {
      const {
        code,
        stdout = '',
        stderr = '',
        message,
      } = error as Error & Partial<Omit<Finished, 'code'>> & { code: unknown };
      if (typeof code !== 'number') throw new Error(`${command} did not run: ${message}`);
      return { code, stdout, stderr };
    }
  }

  /** Runs a command that has to succeed, and returns what it prints. */
  async must(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, args, env);
    if (code !== 0)
      throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${`${stdout}${stderr}`.slice(-3000)}`);
    return stdout;
  }

  /** @returns packages that npm added */
  async install(...packages: readonly string[]): Promise<number> {
    const told = await this.must('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages]);
    return Number(/added (\d+) packages?/.exec(told)?.[1] ?? 0);
  }

  /**
   * Installs packages in this empty folder and prints what that adds. @returns packages added, their bytes, and the Node of
   * npm scripts before and after
   */
  async installAndPrint(...packages: readonly string[]): Promise<Added> {
    this.write('package.json', JSON.stringify({ private: true, scripts: { version: 'node -v' } }));
    const version = () => this.must('npm', ['run', '--silent', 'version']);
    const before = await version();
    const count = await this.install(...packages);
    const bytes = this.installedBytes();
    const after = await version();
    const names = packages.map((name) => basename(name)).join(' ');
    const size = `${count} packages, ${(bytes / 1e6).toFixed(2)} MB`;
    process.stdout.write(
      `npm i ${names}: ${size}; node -v in a script: ${before.trim()} before, ${after.trim()} after\n`,
    );
    return { count, bytes, before, after };
  }

  /** Bytes of the files below node_modules. */
  installedBytes(): number {
    const files = globSync('node_modules/**', { cwd: this.folder, withFileTypes: true }).filter((one) => one.isFile());
    return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  }

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As in a terminal of its own: without the variables and the path of the npm script that runs this. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(registry|cache|userconfig|globalconfig)$/;
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_|INIT_CWD|VITEST|VITE|TEST$|AWS_|CDK_|PAWL_)/i.test(name) || kept.test(name),
  );
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  return { ...Object.fromEntries(own), PATH: path.join(delimiter), NO_COLOR: '1' };
}
