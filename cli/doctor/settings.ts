import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientLimits } from '../frame/clients.ts';
import type { Target } from '../frame/target.ts';
import { type Check, ok, problem, skipped } from './check.ts';

/** The environment of the functions that log in and that rotate keys; undefined without a stack. */
export async function settingsOf(target: Target): Promise<Readonly<Record<string, string>> | undefined> {
  const functions = Object.entries(await target.functions());
  const named = (part: RegExp) => functions.find(([id]) => part.test(id))?.[1];
  const names = [named(/TokenServiceLogin/), target.find('KeysFunctionName')].filter((name) => name !== undefined);
  if (names.length < 2) return undefined;
  const client = new LambdaClient(clientLimits);
  const environments = await Promise.all(
    names.map((FunctionName) => client.send(new GetFunctionConfigurationCommand({ FunctionName }))),
  );
  return Object.assign({}, ...environments.map(({ Environment }) => Environment?.Variables ?? {}));
}

export const settings: Check = {
  name: 'settings',
  run: async (target) => {
    const env = await settingsOf(target);
    if (env === undefined) return skipped('the functions are not known without a stack');
    const notBefore = Number(env.SESSIONS_NOT_BEFORE ?? 0);
    return ok(
      [
        `access token ${env.ACCESS_TOKEN_TTL_SECONDS} s`,
        `idle ${env.REFRESH_IDLE_TTL_SECONDS} s`,
        `absolute ${env.REFRESH_ABSOLUTE_TTL_SECONDS} s`,
        `grace ${env.GRACE_SECONDS} s`,
        `rotation floor ${env.ROTATION_FLOOR_SECONDS} s`,
        `${env.MAX_SESSIONS_PER_USER} sessions a user`,
        ...(notBefore === 0 ? [] : [`sessions not before ${new Date(notBefore * 1000).toISOString()}`]),
      ].join(', '),
    );
  },
};

/** Default of `maxRevocationDelaySeconds`: docs/deploy.md. */
const usualDelay = 900;

export const revocationDelay: Check = {
  name: 'revocation delay',
  run: async (target) => {
    const seconds = Number(target.find('MaxRevocationDelaySeconds') ?? Number.NaN);
    if (Number.isNaN(seconds)) return skipped('MaxRevocationDelaySeconds is unknown without a stack');
    const said = `an access token outlives the revocation of its session by at most ${seconds} s`;
    return seconds > usualDelay
      ? problem(`${said}: shorten accessTokenTtlSeconds or authorizerCacheSeconds`)
      : ok(said);
  },
};
