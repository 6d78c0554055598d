/** The sequence diagram: a list that a screen reader reads line by line, drawn as arrows between lanes. */

export type Lane = 'owner' | 'device' | 'thief' | 'service' | 'table';
export type Tone = 'plain' | 'good' | 'bad';

const lanes: readonly { readonly lane: Lane; readonly name: string }[] = [
  { lane: 'owner', name: 'This browser' },
  { lane: 'device', name: 'Phone' },
  { lane: 'thief', name: 'Thief' },
  { lane: 'service', name: 'Auth service' },
  { lane: 'table', name: 'Table' },
];

const maxSteps = 200;

export class Timeline {
  readonly #root: HTMLElement;
  readonly #steps = document.createElement('ol');

  constructor(root: HTMLElement) {
    this.#root = root;
    const head = document.createElement('div');
    head.className = 'lanes';
    head.setAttribute('aria-hidden', 'true');
    for (const { lane, name } of lanes) {
      const label = document.createElement('span');
      label.textContent = name;
      label.dataset.lane = lane;
      head.append(label);
    }
    this.#steps.className = 'steps';
    root.append(head, this.#steps);
  }

  /** An arrow; `lost` never arrives. */
  arrow(from: Lane, to: Lane, text: string, kind: 'request' | 'answer' | 'lost' = 'request', color: Lane = from): void {
    this.#draw(from, to, kind, color, [part('', text)]);
  }

  /** The service's table operations. Narrow screens show only their number. */
  calls(names: readonly string[]): void {
    const count = names.length === 1 ? '1 table call' : `${names.length} table calls`;
    this.#draw('service', 'table', 'request', 'service', [part('', count), part('detail', `: ${names.join(', ')}`)]);
  }

  /** A line across all lanes. */
  note(text: string, tone: Tone = 'plain'): void {
    const note = document.createElement('div');
    note.className = `note ${tone}`;
    note.textContent = text;
    this.#add(note);
  }

  #draw(from: Lane, to: Lane, kind: 'request' | 'answer' | 'lost', color: Lane, text: readonly HTMLElement[]): void {
    const [start, end] = [indexOf(from), indexOf(to)];
    const arrow = document.createElement('div');
    // From the middle of one lane to the middle of the other.
    arrow.className = `arrow ${kind} ${start < end ? 'right' : 'left'} from-${Math.min(start, end)} over-${Math.abs(end - start)}`;
    arrow.dataset.lane = color;
    const label = part('', '');
    label.append(...text);
    const route = ` (${nameOf(from)} to ${nameOf(to)}${kind === 'lost' ? ', lost' : ''})`;
    arrow.append(label, part('spoken', route));
    this.#add(arrow);
  }

  #add(content: HTMLElement): void {
    const step = document.createElement('li');
    step.className = 'step';
    step.append(content);
    this.#steps.append(step);
    while (this.#steps.childElementCount > maxSteps) this.#steps.firstElementChild?.remove();
    this.#root.scrollTop = this.#root.scrollHeight;
  }
}

function part(className: string, text: string): HTMLElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  return made;
}

function indexOf(lane: Lane): number {
  return lanes.findIndex((known) => known.lane === lane);
}

function nameOf(lane: Lane): string {
  return lanes[indexOf(lane)]?.name ?? lane;
}
