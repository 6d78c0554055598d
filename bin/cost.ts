/** `npm run cost`: what the service costs, from measured units and list prices, as the tables of docs/deploy.md. */
import { functionMemoryMb } from '../lib/function-memory.ts';

/**
 * US dollars, list prices without free tiers as noted down at that time. Nobody has looked them up since: check them for
 * your region before you rely on a result.
 */
export const prices = {
  region: 'us-east-1',
  noted: 'November 2026',
  perMillion: {
    httpApiRequests: 1.0,
    lambdaRequests: 0.2,
    writeUnits: 0.625,
    readUnits: 0.125,
    events: 1.0,
  },
  /** Lambda on arm64. */
  gbSecond: 0.0000133334,
  logsGb: 0.5,
  monthly: { secret: 0.4, alarmMetric: 0.1, customMetric: 0.3, dashboard: 3.0 },
  /** Cognito user pools, tier Essentials. */
  cognitoMonthlyUser: 0.015,
} as const;

interface Kind {
  readonly name: string;
  readonly httpApiRequests: 0 | 1;
  /** As test/integration/cost.test.ts counts them; a strongly consistent read of 4 KB is one unit. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Security events on the bus. */
  readonly events: number;
  readonly memoryMb: number;
  /** Assumed, warm: time that Lambda bills. */
  readonly billedMs: number;
}

/** Bytes of log a run: our line of about 600, Lambda's three, and what CloudWatch adds to each. Assumed. */
export const logBytes = 1050;

export const kinds = {
  refresh: {
    name: 'Refresh',
    ...{ httpApiRequests: 1, writeUnits: 1, readUnits: 1, events: 0 },
    ...{ memoryMb: functionMemoryMb.usual, billedMs: 25 },
  },
  login: {
    name: 'Login',
    ...{ httpApiRequests: 1, writeUnits: 3, readUnits: 2, events: 1 },
    ...{ memoryMb: functionMemoryMb.wholeCore, billedMs: 200 },
  },
  authorizer: {
    name: 'Authorizer, a call of your own route',
    ...{ httpApiRequests: 0, writeUnits: 0, readUnits: 0, events: 0 },
    ...{ memoryMb: functionMemoryMb.usual, billedMs: 5 },
  },
} as const satisfies Record<string, Kind>;

/** What users do in a month, and what is paid without any. */
export const assumptions = {
  users: 100_000,
  activeDays: 20,
  refreshesPerActiveDay: 6,
  callsPerActiveDay: 40,
  loginsPerMonth: 2,
  secrets: 2,
  alarmMetrics: 27,
  customMetrics: 30,
} as const;

/** Dollars for a million requests of a kind, by what is paid for. */
export function perMillion(kind: Kind): readonly number[] {
  const { httpApiRequests, lambdaRequests, writeUnits, readUnits, events } = prices.perMillion;
  return [
    kind.httpApiRequests * httpApiRequests,
    lambdaRequests,
    (kind.memoryMb / 1024) * (kind.billedMs / 1000) * 1e6 * prices.gbSecond,
    kind.writeUnits * writeUnits + kind.readUnits * readUnits,
    kind.events * events,
    (logBytes / 1e9) * 1e6 * prices.logsGb,
  ];
}

const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);
const dollars = (value: number) =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const cell = (value: number) => (value === 0 ? '-' : dollars(value));
const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** A million of each kind. */
export function requestTable(): string {
  const head = ['API Gateway', 'Lambda requests', 'Lambda time', 'DynamoDB', 'EventBridge', 'Logs', 'Together'];
  return [
    row('A million of', ...head),
    `|---|${'---:|'.repeat(head.length)}`,
    ...Object.values(kinds).map((kind) => {
      const parts = perMillion(kind);
      return row(kind.name, ...parts.map(cell), dollars(sum(parts)));
    }),
  ].join('\n');
}

/** A month of so many users, beside Cognito. */
export function monthTable(): string {
  const { users, activeDays, refreshesPerActiveDay, callsPerActiveDay, loginsPerMonth } = assumptions;
  const { secrets, alarmMetrics, customMetrics } = assumptions;
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
  const { monthly } = prices;
  const fixed =
    secrets * monthly.secret +
    alarmMetrics * monthly.alarmMetric +
    customMetrics * monthly.customMetric +
    monthly.dashboard;
  const total = sum([fixed, ...used.map(({ cost }) => cost)]);
  return [
    row('A month', 'Requests', 'Cost'),
    '|---|---:|---:|',
    ...used.map(({ name, count, cost }) => row(name, count, dollars(cost))),
    row('Secrets, alarms, metrics, dashboard', '-', dollars(fixed)),
    row('**Pawl together**', '-', `**${dollars(total)}**`),
    row('Cognito Essentials, list price', '-', dollars(users * prices.cognitoMonthlyUser)),
  ].join('\n');
}

/** The sentence before the second table. */
export function assumptionText(): string {
  const { users, activeDays, refreshesPerActiveDay, callsPerActiveDay, loginsPerMonth } = assumptions;
  const { alarmMetrics, customMetrics } = assumptions;
  return [
    `For ${users.toLocaleString('en-US')} monthly users, each active on ${activeDays} days with ${refreshesPerActiveDay} refreshes`,
    `and ${callsPerActiveDay} calls of your routes a day, and ${loginsPerMonth} logins a month; ${alarmMetrics} metrics with alarms and`,
    `about ${customMetrics} of our own:`,
  ].join(' ');
}

/** The sentence before the first table. */
export function priceText(): string {
  const { refresh, login, authorizer } = kinds;
  return [
    `List prices of ${prices.region}, noted in ${prices.noted}, without free tiers: check them for your region before you rely on this.`,
    `Assumed are ${refresh.billedMs} ms for a refresh, ${login.billedMs} for a login, ${authorizer.billedMs} for the authorizer, and`,
    `${logBytes.toLocaleString('en-US')} bytes of log each. DynamoDB's units are measured by \`test/integration/cost.test.ts\`.`,
  ].join(' ');
}

if (import.meta.main) {
  process.stdout.write(`${[priceText(), requestTable(), assumptionText(), monthTable()].join('\n\n')}\n`);
}
