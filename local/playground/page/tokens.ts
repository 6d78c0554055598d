/** Shows the content of the two tokens. */

export interface RefreshTokenParts {
  readonly keyId: string;
  readonly sessionId: string;
  readonly generation: number;
}

/** Reads the fields of a refresh token: `pwl1.<body>.<tag>`, docs/protocol.md. Real clients treat it as opaque. */
export function readRefreshToken(text: string): RefreshTokenParts | undefined {
  const body = text.split('.')[1];
  if (body === undefined) return undefined;
  const bytes = fromBase64url(body);
  const fields: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at] ?? 0;
    fields.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  const [keyId, , sessionId, generation] = fields;
  if (!keyId || !sessionId || generation?.length !== 8) return undefined;
  const view = new DataView(generation.buffer, generation.byteOffset, 8);
  return {
    keyId: new TextDecoder().decode(keyId),
    sessionId: toBase64url(sessionId),
    generation: Number(view.getBigUint64(0)),
  };
}

/** The claims of an access token, without verification. */
export function readAccessToken(text: string): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(fromBase64url(text.split('.')[1] ?? '')));
}

/** `token 4`, for the timeline. */
export function nameOfToken(text: unknown): string {
  const parts = typeof text === 'string' ? readRefreshToken(text) : undefined;
  return parts ? `refresh token ${parts.generation}` : 'refresh token';
}

export interface Card {
  readonly title: string;
  readonly about: string;
  readonly raw: string | undefined;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Remaining and total lifetime, in seconds. */
  readonly left: number;
  readonly of: number;
}

const circumference = 2 * Math.PI * 20;

/** Redraws a card if its token changed; otherwise only its ring, so that the keyboard focus stays. */
export function drawCard(root: HTMLElement, card: Card): void {
  const raw = card.raw ?? '';
  if (root.dataset.token === raw) {
    root.firstElementChild?.replaceWith(ring(card));
    return;
  }
  const wasOpen = [...root.querySelectorAll('details')].map(({ open }) => open);
  root.dataset.token = raw;
  const heading = element('div', '', element('h3', card.title), element('p', card.about));
  const facts = document.createElement('dl');
  for (const [name, value] of card.facts) facts.append(element('div', '', element('dt', name), element('dd', value)));
  const itself = element('p', raw);
  itself.className = 'raw';
  root.replaceChildren(ring(card), heading, fold('What is inside', facts), fold('The token itself', itself));
  const wide = matchMedia('(min-width: 64rem)').matches;
  for (const [index, details] of root.querySelectorAll('details').entries())
    details.open = wasOpen[index] ?? (wide && index === 0);
}

function fold(title: string, content: HTMLElement): HTMLElement {
  return element('details', '', element('summary', title), content);
}

function ring({ left, of, title }: Card): SVGElement {
  const share = of > 0 ? Math.max(0, Math.min(1, left / of)) : 0;
  const svg = shape('svg', {
    class: 'ring',
    viewBox: '0 0 48 48',
    role: 'img',
    'aria-label': `${title}: ${duration(left)} left`,
  });
  const dash = `${share * circumference} ${circumference}`;
  svg.append(
    shape('circle', { cx: '24', cy: '24', r: '20' }),
    shape('circle', { cx: '24', cy: '24', r: '20', class: 'left', 'stroke-dasharray': dash }),
  );
  const text = shape('text', { x: '24', y: '24' });
  text.textContent = duration(left);
  svg.append(text);
  return svg;
}

/** `9:58`, `13 d`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 172_800) return `${Math.floor(whole / 86_400)} d`;
  if (whole >= 7_200) return `${Math.floor(whole / 3_600)} h`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** `20 min`, `3 h`, `2 d`. */
export function age(seconds: number): string {
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : duration(seconds);
}

export function element(name: string, text = '', ...children: Node[]): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function fromBase64url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
