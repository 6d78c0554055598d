import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What the tests do not read, or make themselves. */
const leftOut = ['.git', '.pawl', 'cdk.out', 'coverage', 'dist', 'node_modules'];

/** A copy of the source tree in which code may be changed. Dependencies are shared with the original. */
export class SourceCopy implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'pawl-guards-'));

  constructor() {
    for (const name of readdirSync(root)) {
      if (!leftOut.includes(name)) cpSync(join(root, name), join(this.root, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.root, 'node_modules'));
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}
