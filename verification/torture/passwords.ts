import type { Passwords } from '../../lambda/core/ports.ts';
import { cheapHash } from '../../test/support/passwords.ts';

/** Passwords with a free hash and no record of attempts. */
export class CanaryPasswords implements Passwords {
  async hash(password: string): Promise<string> {
    return cheapHash(password);
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    return hash !== undefined && hash === cheapHash(password);
  }

  needsRehash(): boolean {
    return false;
  }

  isUsable(): boolean {
    return true;
  }
}
