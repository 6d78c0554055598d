import { Refusal } from '../../../lambda/core/errors.ts';
import { login } from '../../../lambda/core/login.ts';
import { refresh } from '../../../lambda/core/refresh.ts';
import type { Around } from '../../../test/support/around.ts';
import { currentCode } from '../../torture/code.ts';
import type { Judge } from '../../torture/judge.ts';
import type { Backend } from '../../torture/server.ts';
import type { Toolbox } from '../toolbox.ts';

/** Each use case runs to its end when its request arrives. The other search covers interleavings in the service. */
const atOnce: Around = (_name, apply) => apply();

/**
 * The use cases of the core, watched by the judge.
 *
 * @param nameOfRequest identifies the current request, independently of other events
 */
export function backendOf(judge: Judge, toolbox: Toolbox, nowMs: () => number, nameOfRequest: () => string): Backend {
  return {
    judge,
    sim: { nowMs },
    async login(_op, { channel }, username, password, earlier) {
      const { tools, call } = toolbox.for(nameOfRequest(), undefined, atOnce);
      const earlierTokens = earlier === undefined ? {} : { earlierTokens: [earlier] };
      const request = { username, password, clientId: 'app', channel, sourceIp: '192.0.2.1', ...earlierTokens };
      const opened = await login(request, tools);
      judge.loggedIn(call, opened.refreshToken);
      return opened;
    },
    async refresh(_op, _seed, _who, byThief, channel, token) {
      const { tools, call } = toolbox.for(nameOfRequest(), token, atOnce, (sent) => judge.sent(token, sent, byThief));
      try {
        const answer = await refresh({ refreshToken: token, clientId: 'app', channel, scopes: undefined }, tools);
        judge.refreshed(call, token, answer, byThief);
        return answer;
      } catch (error) {
        if (error instanceof Refusal) judge.refused(call, token, error.reason, byThief);
        throw error;
      }
    },
    asUser(_op, _kind, useCase) {
      const { tools, call } = toolbox.for(nameOfRequest(), undefined, atOnce);
      return useCase(currentCode.core, tools, (sessionId) => judge.usedClaims(call, sessionId), call);
    },
  };
}
