import type { AccessTokenClaims } from '../../lambda/core/access-token.ts';
import { Refusal } from '../../lambda/core/errors.ts';
import type { TokenSet } from '../../lambda/core/issue.ts';
import { claimsOf } from '../../test/support/world.ts';
import type { Rng } from './rng.ts';
import type { Sim } from './sim.ts';

/** How docs/client.md has a client retry. */
const retryForMs = 20_000;
const timeoutMs = 5000;
const maxRetryAfterMs = 10_000;

/** No answer came. */
class NoAnswer extends Error {}

/** What a device needs to send. */
export interface Wire {
  readonly sim: Sim;
  /** One refresh; rejects as the core does. */
  refresh(token: string): Promise<TokenSet>;
  readonly rng: Rng;
  /** How likely a request or an answer is lost on its way. */
  readonly loss: number;
}

/** A phone or a browser with one login, which does what the documentation says. */
export class Device {
  readonly name: string;
  readonly channel: 'cookie' | 'body';
  token: string | undefined;
  claims: AccessTokenClaims | undefined;
  /** Tokens that it has had, the newest last. */
  readonly had: string[] = [];
  #refreshing: Promise<string> | undefined;

  constructor(name: string, channel: 'cookie' | 'body') {
    this.name = name;
    this.channel = channel;
  }

  /** A login or a refresh was answered. With the token that was sent no cookie comes, and a phone has nothing to write. */
  store(tokens: TokenSet): void {
    this.claims = claimsOf(tokens.accessToken) as unknown as AccessTokenClaims;
    if (!tokens.refreshTokenChanged) return;
    this.token = tokens.refreshToken;
    if (this.had.at(-1) !== tokens.refreshToken) this.had.push(tokens.refreshToken);
    if (this.had.length > 6) this.had.shift();
  }

  forget(): void {
    this.token = undefined;
    this.claims = undefined;
  }

  /** On a phone there is one refresh at a time; in a browser each tab has its own. */
  refresh(wire: Wire): Promise<string> {
    if (this.channel === 'cookie') return this.#refreshWithRetry(wire);
    this.#refreshing ??= this.#refreshWithRetry(wire).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshWithRetry(wire: Wire): Promise<string> {
    const { sim, rng } = wire;
    const deadline = sim.nowMs() + retryForMs;
    for (let pauseMs = 1000; ; pauseMs *= 2) {
      const token = this.token;
      if (token === undefined) return 'signed out elsewhere';
      let waitMs = pauseMs;
      try {
        this.store(await this.#send(token, wire));
        return 'refreshed';
      } catch (error) {
        if (error instanceof Refusal) {
          // A browser keeps the dead cookie; a newer login of another tab is not to be forgotten either.
          if (this.token === token) this.forget();
          return `signed out (${error.reason})`;
        }
        if (!(error instanceof NoAnswer)) waitMs = Math.max(waitMs, rng.between(1, maxRetryAfterMs));
      }
      if (sim.nowMs() + waitMs > deadline) return 'gave up';
      await sim.sleep(waitMs);
    }
  }

  /** One request, given up after the time-out. What the service answers later may still reach a browser's cookies. */
  async #send(token: string, wire: Wire): Promise<TokenSet> {
    const { sim, rng, loss } = wire;
    const lost = { request: rng.chance(loss), answer: rng.chance(loss) };
    const wayMs = rng.between(2, 80);
    return new Promise((resolve, reject) => {
      let open = true;
      const timer = sim.after(timeoutMs, () => {
        open = false;
        reject(new NoAnswer());
      });
      const answer = (give: () => void): void => {
        if (lost.answer) return;
        sim.after(wayMs, () => {
          timer.cancelled = true;
          give();
        });
      };
      const late = (tokens: TokenSet): void => {
        if (this.channel === 'cookie' && tokens.refreshTokenChanged && this.claims?.sid === tokens.session.sessionId)
          this.store(tokens);
      };
      const send = () =>
        wire.refresh(token).then(
          (tokens) => answer(() => (open ? resolve(tokens) : late(tokens))),
          (error: Error) => answer(() => reject(error)),
        );
      if (!lost.request) sim.after(wayMs, () => void send());
    });
  }
}
