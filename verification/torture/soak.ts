import { defaultPolicy } from '../../test/support/world.ts';
import type { Device } from './client.ts';
import { openMemory } from './memory.ts';
import { Rng } from './rng.ts';
import { Stats } from './stats.ts';
import type { Tab } from './tab.ts';
import { World } from './world.ts';

const hourMs = 3_600_000;
/** Approximate time between two calls of one tab. */
const callsMs = 10_000;

/**
 * Two tabs and a phone of one user call an API for an hour of simulated time. Half of the calls find their access token
 * denied and refresh it; the response of every tenth refresh is lost.
 *
 * @returns the exit code: 1 if a client was signed out
 */
export async function soak(seed: number): Promise<number> {
  const startedAt = performance.now();
  const stats = new Stats();
  const world = await World.open(`soak-${seed}`, seed, stats, openMemory, undefined, defaultPolicy);
  const rng = new Rng(seed);
  const endsAt = world.sim.nowMs() + hourMs;
  const [user] = world.users;
  const devices = user?.devices.slice(0, 2) ?? [];
  let refreshes = 0;
  for (const device of devices) {
    device.losesRefresh = () => {
      refreshes += 1;
      if (refreshes % 10 > 0) return false;
      stats.count('lost', device.name);
      return true;
    };
  }
  const username = user?.account.username ?? '';
  const password = user?.passwords[0] ?? '';
  for (const device of devices) {
    world.sim.after(0, async () => {
      stats.count('login', String((await device.tabs[0]?.session.login({ username, password }))?.outcome));
      for (const tab of device.tabs) void use(device, tab);
      for (const { session } of device.tabs) session.subscribe((state) => stats.count('state', state));
    });
  }
  await world.sim.run(() => world.judge.violation !== undefined);

  async function use(device: Device, tab: Tab): Promise<void> {
    if (rng.chance(0.5)) device.usedAt = world.sim.nowMs();
    const { status } = await tab.session.fetch('https://api.example.com/me').catch(() => ({ status: 0 }));
    stats.count('call', status === 200 ? 'served' : `not served (${status})`);
    if (world.sim.nowMs() < endsAt) world.sim.after(rng.between(0, 2 * callsMs), () => use(device, tab));
    else for (const other of device.tabs) other.alive = false;
  }

  const honest = stats.of('zero', 'honest logouts') + stats.of('state', 'signed-out');
  const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(18)}${value}\n`);
  line(
    'soak',
    `seed ${seed}: two tabs and a phone, one hour of simulated time, ${Math.round(performance.now() - startedAt)} ms`,
  );
  line('refreshes sent', `${refreshes}, the response of every tenth lost: ${stats.total('lost')}`);
  line('logins', stats.line('login'));
  line('rows', stats.line('row'));
  line('calls', stats.line('call'));
  line('must be 0', `honest logouts: ${honest}`);
  if (world.judge.violation !== undefined) line('VIOLATION of', world.judge.violation.message);
  return honest === 0 && world.judge.violation === undefined && stats.total('lost') > 0 ? 0 : 1;
}
