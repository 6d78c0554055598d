import { defaultPolicy } from '../../test/support/world.ts';
import type { Model } from './model.ts';
import type { Choice, Mishap, Party } from './parts.ts';
import { faultsAt } from './step.ts';

/** All possible next steps, in a fixed order. */
export function choicesIn(model: Model): Choice[] {
  const { left } = model;
  const choices: Choice[] = [];
  for (const step of model.steps) {
    const mishaps: readonly Mishap[] = left.faults > 0 ? ['none', ...faultsAt(step.name)] : ['none'];
    for (const mishap of mishaps) {
      const label = `${step.who}: ${step.name}${mishap === 'none' ? '' : ` [${mishap}]`}`;
      choices.push({ label, take: () => model.take(step, mishap) });
    }
  }
  for (const party of model.parties) addChoicesOf(model, party, choices);
  if (left.revocations > 0) choices.push({ label: 'admin: revoke all', take: () => model.revokeAll() });
  if (left.logins > 0) choices.push({ label: 'another device: login', take: () => model.login() });
  choices.push(...(model.ownership?.choices() ?? []));
  const idle = model.steps.length === 0 && model.parties.every(({ request }) => request === undefined);
  if (left.ticks > 0 && idle && model.parties.some((party) => party.left > 0)) {
    for (const [label, ms] of [
      ['G passes', defaultPolicy.graceMs],
      ['F passes', defaultPolicy.floorMs],
    ] as const)
      choices.push({ label, take: () => model.tick(ms) });
  }
  return choices;
}

function addChoicesOf(model: Model, party: Party, choices: Choice[]): void {
  const { name, request, left } = party;
  if (request?.answer !== undefined) {
    choices.push({ label: `${name}: the answer arrives`, take: () => model.deliver(party, request) });
    if (model.left.faults > 0)
      choices.push({ label: `${name}: the answer is lost`, take: () => model.loseAnswer(party) });
  }
  if (request !== undefined || left === 0) return;
  if (party.isThief && party.copy === undefined) {
    const { jar } = model;
    if (jar !== undefined) choices.push({ label: 'thief: copies the token', take: () => model.copy(party, jar) });
    return;
  }
  // The two clients are identical, so it does not matter which one begins.
  const [a, b] = model.parties;
  if (party === b && a?.sent === 0 && a.left === b.left) return;
  const token = party.copy ?? (party.isThief ? undefined : model.jar);
  if (token !== undefined) choices.push({ label: `${name}: refresh`, take: () => model.send(party, token) });
}
