import type { AccessTokenClaims } from '../../../lambda/core/access-token.ts';
import { claimsOf } from '../../../test/support/world.ts';
import type { Exchange } from '../../torture/conditions.ts';
import type { Tab } from '../../torture/tab.ts';
import type { Served } from '../../torture/web.ts';
import { type ClientModel, settleMs } from './model.ts';

/** Checks invariants 3 and 14 for the state that an app shows and for the final state. */
export class ClientChecks {
  readonly #model: ClientModel;
  /** Sessions whose logout the service has confirmed to the page. */
  readonly #loggedOut = new Set<string>();
  /** Sessions whose token reached the device. */
  readonly #kept = new Set<string>();
  /** Sessions whose cookie was replaced or cleared by the answer to a request that was sent before they began. */
  readonly #crossed = new Set<string>();

  constructor(model: ClientModel) {
    this.#model = model;
  }

  get #held(): string | undefined {
    const { token } = this.#model.device;
    return token === undefined ? undefined : this.#sessionOf(token);
  }

  #sessionOf(token: string): string {
    return this.#model.judge.tracks.token(token).sessionId;
  }

  /** Wraps the arrival of an answer at the browser. */
  arrives({ asked }: Exchange, arrive: () => void): void {
    const before = this.#held;
    arrive();
    const after = this.#held;
    if (before === undefined || before === after) return;
    const sent = asked.cookie === undefined ? undefined : this.#sessionOf(asked.cookie);
    if (sent !== before) this.#crossed.add(before);
  }

  delivered({ asked }: Exchange, { status }: Served): void {
    const token = asked.cookie ?? asked.body.token;
    if (asked.path === '/auth/revoke' && status === 200 && typeof token === 'string')
      this.#loggedOut.add(this.#sessionOf(token));
  }

  afterMove(): void {
    const held = this.#held;
    if (held !== undefined) this.#kept.add(held);
  }

  /** Nothing is in flight: no app may show the login while its session is active. */
  atRest(): void {
    const { device, judge, frozen } = this.#model;
    const held = this.#held;
    if (held === undefined || !this.#model.liveSessions().has(held)) return;
    for (const tab of device.tabs) {
      if (tab.session.state === 'signed-out' && !frozen.has(tab) && !this.#model.busy.has(tab))
        judge.report(3, `${this.#model.nameOf(tab)} shows 'signed out', and its session lives`);
    }
  }

  /** Everything has settled: the apps must work, and there must be one session. */
  async atEnd(): Promise<void> {
    const { device, judge } = this.#model;
    const asked = device.tabs.map(
      (tab) =>
        [
          tab,
          tab.session.accessToken().then(
            (token) => ({ token, error: undefined }),
            (error: Error) => ({ token: undefined, error }),
          ),
        ] as const,
    );
    await this.#model.settle(settleMs);
    const live = this.#model.liveSessions();
    const held = this.#held;
    for (const [tab, answer] of asked) {
      const { token, error } = await answer;
      this.#checkApp(tab, token, error, held !== undefined && live.has(held));
    }
    if (judge.violation !== undefined) return;
    for (const session of live) {
      if (session === held || this.#crossed.has(session) || !this.#kept.has(session)) continue;
      judge.report(3, 'the device has lost its token, and the session lives on');
    }
  }

  #checkApp(tab: Tab, token: string | undefined, error: Error | undefined, lives: boolean): void {
    const { judge } = this.#model;
    const name = this.#model.nameOf(tab);
    if (error !== undefined) judge.report(3, `${name} gets no access token in the end: ${error.message}`);
    if (token === undefined) {
      if (lives) judge.report(3, `${name} is signed out in the end, and its session lives`);
      if (tab.session.state !== 'signed-out') judge.report(3, `${name} has no token, and shows '${tab.session.state}'`);
      return;
    }
    const { sid } = claimsOf(token) as AccessTokenClaims;
    if (this.#loggedOut.has(sid)) judge.report(14, `${name} still uses a session after its logout was confirmed`);
    if (tab.session.state !== 'signed-in') judge.report(3, `${name} has a token, and shows '${tab.session.state}'`);
  }
}
