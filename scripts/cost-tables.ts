import { coldShare, kinds, parts, perMillion } from './cost-kinds.ts';
import { cognitoMonth, prices } from './cost-prices.ts';
import { idle, metricSeries, optional } from './cost-standing.ts';

/** Assumed activity of the users in a month. */
export const assumptions = {
  users: 100_000,
  activeDays: 20,
  refreshesPerActiveDay: 6,
  callsPerActiveDay: 40,
  loginsPerMonth: 2,
  /** Instances of login and refresh that are always busy. Each one reads two key rings every five minutes. */
  busyInstances: 10,
} as const;

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
// Rounded twice, because binary fractions may be slightly too small.
const dollars = (value: number) =>
  `$${(Math.round(value * 1e6) / 1e6).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const cell = (value: number) => (value === 0 ? '-' : dollars(value));
const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const totalOf = (list: readonly (readonly [string, number])[]) => sum(list.map(([, cost]) => cost));

/** The sentences before the first table. */
export function priceText(): string {
  const { refresh, login, authorizer } = kinds;
  return [
    `Prices are the list prices of ${prices.region} as of ${prices.noted}, without free tiers: check them for your region.`,
    `The calculation assumes ${refresh.billedMs} ms for a refresh, ${login.billedMs} ms for a login and ${authorizer.billedMs} ms for the authorizer;`,
    `one cold start in ${1 / coldShare} requests, which takes ${refresh.initMs}, ${login.initMs} and ${authorizer.initMs} ms respectively;`,
    `and ${refresh.logBytes} bytes of log, ${authorizer.logBytes} for the authorizer. \`test/integration/cost.test.ts\` measures DynamoDB's units.`,
  ].join(' ');
}

/** A million of each kind. */
export function requestTable(): string {
  return [
    row('A million of', ...parts, 'Total'),
    `|---|${'---:|'.repeat(parts.length + 1)}`,
    ...Object.values(kinds).map((kind) => {
      const costs = perMillion(kind);
      return row(kind.name, ...costs.map(cell), dollars(sum(costs)));
    }),
  ].join('\n');
}

/** The cost of a month without users, and what props add to it. */
export function idleTable(): string {
  return [
    row('A month without users', 'Cost'),
    '|---|---:|',
    ...idle().map(([name, cost]) => row(name, dollars(cost))),
    row('**Total**', `**${dollars(totalOf(idle()))}**`),
    ...optional().map(([name, cost]) => row(name, `+ ${dollars(cost)}`)),
  ].join('\n');
}

/** The sentences before the last table. */
export function assumptionText(): string {
  const { users, activeDays, refreshesPerActiveDay, callsPerActiveDay, loginsPerMonth, busyInstances } = assumptions;
  return [
    `The next table assumes ${users.toLocaleString('en-US')} monthly users, each with ${loginsPerMonth} logins and ${activeDays} active days.`,
    `On an active day, a user makes ${refreshesPerActiveDay} refreshes and ${callsPerActiveDay} calls to your routes. ${sum(Object.values(metricSeries))} metrics are written in every hour,`,
    `and ${busyInstances} instances reload the key rings every five minutes.`,
  ].join(' ');
}

/** Reads of the key rings by busy instances in a month. */
const secretReads = () => assumptions.busyInstances * 2 * 12 * 730;

/** The monthly cost for the given number of users, compared with Cognito. */
export function monthTable(): string {
  const { users, activeDays, refreshesPerActiveDay, callsPerActiveDay, loginsPerMonth } = assumptions;
  const counts = {
    refresh: users * activeDays * refreshesPerActiveDay,
    login: users * loginsPerMonth,
    authorizer: users * activeDays * callsPerActiveDay,
  };
  const used = (Object.keys(counts) as (keyof typeof counts)[]).map((key) => ({
    name: kinds[key].name,
    count: counts[key].toLocaleString('en-US'),
    cost: (counts[key] / 1e6) * sum(perMillion(kinds[key])),
  }));
  const { secretReads: read, kmsRequests } = prices.perMillion;
  const series = sum(Object.values(metricSeries)) * prices.monthly.customMetric;
  // The series include the age of the keys.
  const [secrets = 0, alarms = 0] = idle().map(([, cost]) => cost);
  const rings = (secretReads() / 1e6) * read;
  const total = sum([secrets, alarms, series, rings, ...used.map(({ cost }) => cost)]);
  const cold = coldShare * (2 * counts.refresh + 2 * counts.login);
  const key = prices.monthly.kmsKey + ((secretReads() + cold) / 1e6) * kmsRequests;
  return [
    row('A month', 'Requests', 'Cost'),
    '|---|---:|---:|',
    ...used.map(({ name, count, cost }) => row(name, count, dollars(cost))),
    row('Secrets and alarms', '-', dollars(secrets + alarms)),
    row('Metrics', '-', dollars(series)),
    row('Key rings, reloaded', secretReads().toLocaleString('en-US'), dollars(rings)),
    row('**Pawl, total**', '-', `**${dollars(total)}**`),
    row('With `encryptionKey`: the key, and a KMS request for each secret read', '-', `+ ${dollars(key)}`),
    row('Cognito Essentials', '-', dollars(cognitoMonth('essentials', users))),
    row('Cognito Lite, without rotation of refresh tokens', '-', dollars(cognitoMonth('lite', users))),
  ].join('\n');
}
