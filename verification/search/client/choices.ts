import type { Tab } from '../../torture/tab.ts';
import type { ClientModel } from './model.ts';
import { affordable, free, type Move } from './move.ts';

/** Longer than the grace window, and longer than an access token lives. */
const sleeps = [
  ['31 seconds', 31_000],
  ['11 minutes', 660_000],
] as const;

const oneFault = { ...free, faults: 1 };

/** All possible next moves within the remaining budget of the size. */
export function movesIn(model: ClientModel): Move[] {
  const { network, frozen, left, device } = model;
  if (model.ended) return [];
  const underway = network.underway().filter(({ tab }) => !frozen.has(tab));
  const moves = underway.flatMap((each) => each.moves());
  // The tabs are identical until the first move.
  const tabs = model.history.length === 0 ? device.tabs.slice(0, 1) : device.tabs;
  for (const tab of tabs) moves.push(...actsIn(model, tab), ...disturbances(model, tab));
  moves.push(...dueTimers(model), ...asleep(model), connection(model));
  if (underway.length === 0) moves.push(inTime(model, 'nothing else happens', free, () => model.end()));
  return moves.filter((move) => affordable(move, left));
}

function inApp(model: ClientModel, tab: Tab, words: string, costs: Move['costs'], take: () => void): Move {
  const run = () => {
    model.network.inTab(tab);
    take();
  };
  return { words: model.numbered(`${model.nameOf(tab)}: ${words}`), costs, take: run };
}

function inTime({ network }: ClientModel, words: string, costs: Move['costs'], take: () => void): Move {
  const run = () => {
    network.footprint.everything = true;
    take();
  };
  return { words, costs, take: run };
}

function actsIn(model: ClientModel, tab: Tab): Move[] {
  if (model.busy.has(tab) || model.frozen.has(tab)) return [];
  const oneAct = { ...free, acts: 1 };
  return model.size.kinds.map((kind) => inApp(model, tab, `the user's ${kind}`, oneAct, () => model.act(tab, kind)));
}

function disturbances(model: ClientModel, tab: Tab): Move[] {
  const { frozen, network } = model;
  if (frozen.has(tab)) return [inApp(model, tab, 'thaws', free, () => model.thaw(tab))];
  const killed = inApp(model, tab, 'is killed and starts again', oneFault, () => model.restart(tab));
  // A tab that freezes during a refresh may store a late cookie: ADR 0055.
  const isQuiet = network.underway().every((each) => each.tab !== tab || !each.isOpen());
  if (model.size.device === 'phone' || !isQuiet) return [killed];
  return [killed, inApp(model, tab, 'freezes', oneFault, () => model.frozen.add(tab))];
}

/** Messages in flight that become late when the clock moves. Each costs one fault. */
function waiting({ network, frozen }: ClientModel) {
  return network.underway().filter(({ late, tab }) => !late && !frozen.has(tab));
}

function makeLate(model: ClientModel): void {
  for (const each of waiting(model)) each.late = true;
}

function dueTimers(model: ClientModel): Move[] {
  const { network, frozen, nowMs } = model;
  const timers = [...network.timers].filter(({ tab }) => tab.alive && !frozen.has(tab));
  const next = Math.max(nowMs, Math.min(...timers.map(({ at }) => at)));
  const overtaken = waiting(model).length;
  return timers
    .filter(({ at }) => at <= next)
    .map((timer) => {
      const words = `${timer.words}${overtaken > 0 ? ', before what is under way' : ''}`;
      const costs = { ...free, faults: overtaken, ticks: timer.background && timer.at > nowMs ? 1 : 0 };
      return inTime(model, words, costs, () => {
        makeLate(model);
        model.nowMs = next;
        timer.fire();
      });
    });
}

function connection(model: ClientModel): Move {
  const { network } = model;
  if (network.offline) return inTime(model, 'the device is online again', free, () => model.goOnline());
  return inTime(model, 'the device goes offline', oneFault, () => {
    network.offline = true;
  });
}

function asleep(model: ClientModel): Move[] {
  return sleeps.map(([words, ms]) =>
    inTime(model, `the device sleeps for ${words}`, { ...free, sleeps: 1 }, () => {
      makeLate(model);
      model.nowMs += ms;
      for (const tab of model.device.tabs) tab.wake(false);
    }),
  );
}
