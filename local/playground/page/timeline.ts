/** The sequence diagram: a list that a screen reader reads line by line, drawn as arrows between lanes. */

export type Lane = 'owner' | 'device' | 'thief' | 'service' | 'table';
export type Tone = 'plain' | 'good' | 'bad';

const lanes: readonly { readonly lane: Lane; readonly name: string }[] = [
  { lane: 'owner', name: 'This browser' },
  { lane: 'device', name: 'Second device' },
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
      label.style.setProperty('color', `var(--${lane})`);
      head.append(label);
    }
    this.#steps.className = 'steps';
    root.append(head, this.#steps);
  }

  /** An arrow; `lost` never arrives. */
  arrow(from: Lane, to: Lane, text: string, kind: 'request' | 'answer' | 'lost' = 'request', color: Lane = from): void {
    const [start, end] = [indexOf(from), indexOf(to)];
    const arrow = document.createElement('div');
    arrow.className = `arrow ${kind} ${start < end ? 'right' : 'left'}`;
    // An arrow spans from the middle of one lane to the middle of the other.
    const [left, right] = [Math.min(start, end), Math.max(start, end)];
    arrow.style.gridColumn = `${left + 1} / ${right + 2}`;
    arrow.style.margin = `0 calc(50% / ${right - left + 1})`;
    arrow.style.color = `var(--${color})`;
    const label = document.createElement('span');
    label.textContent = text;
    const spoken = document.createElement('span');
    spoken.className = 'spoken';
    spoken.textContent = ` (${nameOf(from)} to ${nameOf(to)}${kind === 'lost' ? ', lost' : ''})`;
    arrow.append(label, spoken);
    this.#add(arrow);
  }

  /** A line across all lanes. */
  note(text: string, tone: Tone = 'plain'): void {
    const note = document.createElement('div');
    note.className = `note ${tone}`;
    note.textContent = text;
    this.#add(note);
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

function indexOf(lane: Lane): number {
  return lanes.findIndex((known) => known.lane === lane);
}

function nameOf(lane: Lane): string {
  return lanes[indexOf(lane)]?.name ?? lane;
}
