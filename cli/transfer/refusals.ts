import { printable } from '../frame/output.ts';

/** Number of examples per reason, and of reasons, so that memory is constant at any number of refusals. */
const mostExamples = 5;
const mostReasons = 50;

const otherReasons = 'other reasons';

/** A refused account for the operator. */
export interface Refusal {
  /** Its place in the source: "line 17", "user 3", or a subject. */
  readonly from: string;
  readonly reason: string;
  /** The reason without names and other values, by which refusals are grouped. @default the reason */
  readonly kind?: string | undefined;
}

interface Example {
  readonly from: string;
  readonly reason: string;
  readonly number: number;
}

interface Group {
  readonly kind: string;
  readonly unit: string;
  count: number;
  /** The first ones by place in the source, in order. */
  readonly examples: Example[];
}

/** Refusals by reason: how many, and the first of each. They arrive in any order. */
export class Refusals {
  readonly #groups = new Map<string, Group>();

  add({ from, reason, kind = reason }: Refusal): void {
    const [, unit = '', digits] = /^(line|user) (\d+)$/.exec(from) ?? [];
    const group = this.#groupOf(kind, unit);
    group.count += 1;
    const example = { from, reason, number: Number(digits ?? group.count) };
    const before = group.examples.findIndex(({ number }) => number > example.number);
    group.examples.splice(before === -1 ? group.examples.length : before, 0, example);
    if (group.examples.length > mostExamples) group.examples.pop();
  }

  /** Whether {@link lines} leaves out refusals. */
  get isAbridged(): boolean {
    return [...this.#groups.values()].some(({ count, examples }) => count > examples.length);
  }

  /** One line for each reason, the most frequent first, and one for each example that has a text of its own. */
  lines(): readonly string[] {
    const groups = [...this.#groups.values()].toSorted((a, b) => b.count - a.count || firstOf(a) - firstOf(b));
    return groups.flatMap(linesOf).map(printable);
  }

  #groupOf(kind: string, unit: string): Group {
    const known = this.#groups.get(`${unit} ${kind}`);
    if (known !== undefined) return known;
    if (this.#groups.size >= mostReasons && kind !== otherReasons) return this.#groupOf(otherReasons, '');
    const group: Group = { kind, unit, count: 0, examples: [] };
    this.#groups.set(`${unit} ${kind}`, group);
    return group;
  }
}

const firstOf = ({ examples }: Group) => examples[0]?.number ?? 0;

/** What a reason says more than its kind. */
const own = (reason: string, kind: string) => (reason.startsWith(`${kind}: `) ? reason.slice(kind.length + 2) : reason);

function linesOf({ kind, unit, count, examples }: Group): readonly string[] {
  const [first] = examples;
  if (count === 1 && first !== undefined) return [`${first.from}: ${first.reason}`];
  const heading = `${count} ${unit === '' ? 'accounts' : `${unit}s`}: ${kind}`;
  const more = count > examples.length ? [', ...', '  ...'] : ['', ''];
  const isAlike = unit !== '' && examples.every(({ reason }) => reason === kind);
  if (isAlike) return [`${heading} (${unit}s ${examples.map(({ number }) => number).join(', ')}${more[0]})`];
  const listed = examples.map(({ from, reason }) =>
    reason === kind ? `  ${from}` : `  ${from}: ${own(reason, kind)}`,
  );
  return [heading, ...listed, ...(more[1] === '' ? [] : [more[1] as string])];
}
