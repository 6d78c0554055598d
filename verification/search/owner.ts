import type { AccessTokenClaims } from '../../lambda/core/access-token.ts';
import { type Account, accountAllows } from '../../lambda/core/account.ts';
import { changePassword } from '../../lambda/core/credentials.ts';
import { recentLoginMs } from '../../lambda/core/current-password.ts';
import { Refusal } from '../../lambda/core/errors.ts';
import { login } from '../../lambda/core/login.ts';
import { revokeAllOf, revokeOthers } from '../../lambda/core/revoke-subject.ts';
import type { Session } from '../../lambda/core/session.ts';
import { endSession } from '../../lambda/core/sessions.ts';
import { claimsOf } from '../../test/support/world.ts';
import type { Tools } from '../torture/service.ts';
import type { Model } from './model.ts';
import type { Choice } from './parts.ts';
import { password, subject } from './size.ts';
import { Toolbox } from './toolbox.ts';

const sourceIp = '192.0.2.1';

/**
 * The owner, who knows the password, and a thief with a copy of an older session, who does not. The owner logs in and
 * changes the password; the thief does anything that a session may do without the password, at any time.
 */
export class Ownership {
  readonly #model: Model;
  readonly #stolen: AccessTokenClaims;
  /** The owner's progress. */
  phase: 'waits' | 'logs in' | 'is in' | 'changes' | 'has changed' = 'waits';
  #owned: AccessTokenClaims | undefined;

  constructor(model: Model, stolenAccessToken: string) {
    this.#model = model;
    this.#stolen = claimsOf(stolenAccessToken) as unknown as AccessTokenClaims;
  }

  /** All possible next steps of the two. */
  choices(): Choice[] {
    const { left, steps } = this.#model;
    const choices: Choice[] = [];
    if (left.owner === 0) return choices;
    if (this.phase === 'waits') choices.push({ label: 'owner: login', take: () => this.#login() });
    if (this.phase === 'is in') choices.push({ label: 'owner: change the password', take: () => this.#change() });
    if (this.phase === 'waits' && left.ticks > 0 && steps.length === 0)
      choices.push({ label: 'five minutes pass', take: () => this.#model.tick(recentLoginMs) });
    if (left.acts > 0) {
      choices.push({ label: 'thief: end all others', take: () => this.#act('ends all others', revokeOthers) });
      choices.push({
        label: 'thief: end all',
        take: () => this.#act('ends all', ({ claims }, tools) => revokeAllOf(claims, tools)),
      });
      const sid = this.#owned?.sid;
      if (sid !== undefined)
        choices.push({
          label: 'thief: end the newest',
          take: () => this.#act('ends the newest', (by, tools) => endSession(by, sid, tools)),
        });
    }
    return choices;
  }

  /** The part of it that belongs to the state. */
  key(): unknown {
    return [this.phase, this.#owned?.sid];
  }

  #login(): void {
    this.phase = 'logs in';
    const { tools, call, over } = this.#model.begin('owner');
    login(Toolbox.loginRequest, tools).then(({ accessToken, refreshToken }) => {
      this.#model.judge.loggedIn(call, refreshToken);
      this.#owned = claimsOf(accessToken) as unknown as AccessTokenClaims;
      this.phase = 'is in';
      over();
    });
  }

  #change(): void {
    const claims = this.#owned;
    if (claims === undefined) return;
    this.phase = 'changes';
    const { tools, call, over } = this.#model.begin('owner changes');
    changePassword({ claims, currentPassword: password, newPassword: 'canary of the owner', sourceIp }, tools).then(
      ({ session, refreshToken }) => {
        this.#model.judge.loggedIn(call, refreshToken);
        this.phase = 'has changed';
        if (this.#lives(this.#stolen.sid)) this.#report('the thief is in after the password was changed');
        if (!this.#lives(session.sessionId) && this.#model.left.acts > 0)
          this.#report('the new session was dead at once');
        over();
      },
      (error: unknown) => {
        this.#report(`a recent login could not change the password: ${String((error as Refusal).reason ?? error)}`);
        over();
      },
    );
  }

  /** The thief uses the stolen session, without the password. The name distinguishes requests without results. */
  #act(name: string, what: (by: { claims: AccessTokenClaims; sourceIp: string }, tools: Tools) => Promise<void>): void {
    this.#model.left.acts -= 1;
    const { tools, over } = this.#model.begin(`thief ${name} (${this.#model.left.acts})`);
    what({ claims: this.#stolen, sourceIp }, tools).then(
      () => {
        const outlasts = this.phase === 'is in' && this.#lives(this.#stolen.sid) && !this.#lives(this.#owned?.sid);
        if (outlasts) this.#report('an older login without the password ended a newer one');
        over();
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) this.#report(`the thief was not answered: ${String(error)}`);
        over();
      },
    );
  }

  #report(what: string): void {
    this.#model.judge.report(13, what);
  }

  #lives(sessionId: string | undefined): boolean {
    const { account, session } = look(this.#model, subject, sessionId ?? '');
    return session?.status === 'active' && accountAllows(account, session);
  }
}

/** Reads an account and one of its sessions from the table. */
function look({ table }: Model, owner: string, sessionId: string) {
  const [sessions, accounts] = table as [{ session: Session }[], Account[]];
  return {
    account: accounts.find((one) => one.subject === owner),
    session: sessions.find(({ session }) => session.sessionId === sessionId)?.session,
  };
}
