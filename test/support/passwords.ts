import { createHash } from 'node:crypto';
import type { Passwords } from '../../lambda/core/ports.ts';

/** A password hasher without cost, with a version instead of parameters. It records every call. */
export class CheapPasswords implements Passwords {
  version = 1;
  readonly calls: { readonly verified: string; readonly against: string | undefined }[] = [];

  async hash(password: string): Promise<string> {
    return cheapHash(password, this.version);
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    this.calls.push({ verified: password, against: hash });
    return hash !== undefined && hash === cheapHash(password, Number(hash.split('$')[1]));
  }

  needsRehash(hash: string): boolean {
    return !hash.startsWith(`cheap$${this.version}$`);
  }

  isUsable(hash: string): boolean {
    return hash.startsWith('cheap$');
  }
}

export function cheapHash(password: string, version = 1): string {
  return `cheap$${version}$${createHash('sha256').update(password).digest('hex')}`;
}
