import { readKeys } from '../keys/list.ts';
import { type Check, ok, problem, skipped } from './check.ts';
import { settingsOf } from './settings.ts';

const dayMs = 86_400_000;
const secondMs = 1000;

/** SigV4 refuses requests that are 5 minutes off; tokens get less leeway. */
const mostSkewMs = 30 * secondMs;

/** One or two failed daily runs are tolerated. */
const slackDays = 3;

const fetchTimeoutMs = 5000;

export const clock: Check = {
  name: 'clock',
  run: async (target) => {
    const before = target.nowMs();
    const { now } = await readKeys(target);
    const after = target.nowMs();
    const skewMs = now < before ? before - now : now > after ? now - after : 0;
    const seconds = Math.round(skewMs / secondMs);
    if (skewMs > mostSkewMs) return problem(`this machine and the functions are ${seconds} s apart: set this clock`);
    return ok(`this machine and the functions agree within ${Math.max(seconds, 1)} s`);
  },
};

export const keyAges: Check = {
  name: 'key ages',
  run: async (target) => {
    const { keys, now } = await readKeys(target);
    const days = Number((await settingsOf(target))?.KEY_ROTATION_DAYS ?? Number.NaN);
    const ages = keys.flatMap(({ ring, usedSince }) =>
      usedSince === undefined ? [] : [{ ring, age: Math.floor((now - usedSince) / dayMs) }],
    );
    const said = ages.map(({ ring, age }) => `${ring} ${age} days`).join(', ');
    if (Number.isNaN(days)) return skipped(`${said}; keyRotationDays is unknown without a stack`);
    const overdue = ages.some(({ age }) => age > days + slackDays);
    return overdue
      ? problem(
          `${said}, due every ${days}: run pawl keys check${target.isLocal ? '' : '; does the daily schedule run?'}`,
        )
      : ok(`${said}, due every ${days}`);
  },
};

export const publishedKeys: Check = {
  name: 'published keys',
  run: async (target) => {
    const { keys, published } = await readKeys(target);
    const signing = keys.filter(({ ring }) => ring === 'signing').map(({ kid }) => kid);
    const unpublished = signing.filter((kid) => !published.includes(kid));
    const strange = published.filter((kid) => !signing.includes(kid));
    const ring = target.isLocal ? 'the signing ring' : 'the signing ring in Secrets Manager';
    if (unpublished.length + strange.length > 0) {
      return problem(`the published keys differ from ${ring}: run pawl keys check`);
    }
    return ok(`${published.length} keys, the same as in ${ring}`);
  },
};

export const issuer: Check = {
  name: 'issuer',
  run: async (target) => {
    const uri = `${target.need('Issuer').replace(/\/$/, '')}/.well-known/jwks.json`;
    const { published } = await readKeys(target);
    const shown = await fetch(uri, { signal: AbortSignal.timeout(fetchTimeoutMs) })
      .then(async (answer) =>
        ((await answer.json()) as { keys: readonly { kid: string }[] }).keys.map(({ kid }) => kid),
      )
      .catch(() => undefined);
    if (shown === undefined) {
      const hint = target.isLocal
        ? 'was npm start given another issuer?'
        : 'does its host forward this path to the API?';
      return problem(`${uri} shows no keys: ${hint}`);
    }
    const missing = published.filter((kid) => !shown.includes(kid));
    if (missing.length === 0) return ok(`${uri} shows them`);
    return problem(
      `${uri} does not show ${missing.join(', ')}: another deployment's, or a cache of more than 5 minutes?`,
    );
  },
};
