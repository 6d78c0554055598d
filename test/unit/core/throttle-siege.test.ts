import { afterAll, expect, test } from 'vitest';
import { besiege, type Siege, type SiegeResult } from '../../support/siege.ts';

/** What an attacker of passwords gets in a day, and how long the user is kept out meanwhile: docs/threat-model.md. */

/** Addresses of one attacker, none of them near the user's. */
const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `203.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
const v6 = (count: number) => Array.from({ length: count }, (_, index) => `2001:db8:7:${index.toString(16)}::1`);
const home = '198.51.100.200';

/** When tries were counted by username and full hour alone it was 408; half of that, as a user may have two names. */
const mostADay = 204;

const rows: string[] = [];
afterAll(() => {
  const head = '| siege | guesses a day | refused logins | longest wait |\n|---|---|---|---|';
  process.stdout.write(`\n${head}\n${rows.join('\n')}\n`);
});

async function play(siege: Siege): Promise<SiegeResult> {
  const result = await besiege(siege);
  const { guessesADay, refused, asked, longestWaitMinutes } = result;
  rows.push(`| ${siege.name} | ${guessesADay} | ${refused} of ${asked} | ${longestWaitMinutes} min |`);
  return result;
}

test.each<Siege>([
  { name: 'one address, 80 guesses an hour', addresses: addresses(1), everyMs: 45_000 },
  { name: 'one address, as Retry-After asks', addresses: addresses(1) },
  { name: 'ten addresses', addresses: addresses(10) },
  { name: '30 addresses', addresses: addresses(30) },
  { name: 'an IPv6 /48 with 300 of its /64', addresses: v6(300) },
  { name: '1,000 addresses, the user at home', addresses: addresses(1000), knownNetworks: [home] },
  {
    name: '1,000 addresses and one of home’s neighbours in its own networks',
    addresses: [...addresses(1000), '192.0.2.9'],
    knownNetworks: ['192.0.2.9', home],
  },
])('$name: the user gets in at once, and the attacker gets no more than before', async (siege) => {
  const { guessesADay, refused, asked } = await play(siege);
  expect(asked).toBeGreaterThan(280);
  expect(refused).toBe(0);
  expect(guessesADay).toBeLessThanOrEqual(mostADay);
});

test('1,000 addresses, a network that the user never logged in from: what remains', async () => {
  const { guessesADay } = await play({
    name: '1,000 addresses, the user in a new network',
    addresses: addresses(1000),
  });
  expect(guessesADay).toBeLessThanOrEqual(mostADay);
  expect(guessesADay).toBeGreaterThan(100);
});

test('from the user’s own network, where the two cannot be told apart: the attacker gets no more than before', async () => {
  const { guessesADay } = await play({
    name: 'the user’s own address',
    addresses: [home],
    knownNetworks: [home],
  });
  expect(guessesADay).toBeLessThanOrEqual(mostADay);
});

test('one address, a username each guess', async () => {
  const { guessesADay, refused } = await play({
    name: 'one address, a new username each guess',
    addresses: addresses(1),
    username: (guess) => `somebody-${guess}`,
  });
  expect(guessesADay).toBeLessThanOrEqual(14_500);
  expect(refused).toBe(0);
});
