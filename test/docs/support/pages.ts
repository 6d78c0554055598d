import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const root = join(import.meta.dirname, '../../..');

/** A fenced code block. */
export interface Fence {
  /** The info string: `sh`, `ts`, `mermaid` ... */
  readonly language: string;
  readonly text: string;
}

/** A page of the documentation. */
export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
  /** Without the fenced blocks. */
  readonly prose: string;
}

const fence = /^```(\w*)\n(.*?)^```$/gms;

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const fences = [...text.matchAll(fence)].map(([, language = '', body = '']) => ({ language, text: body }));
  return { path, text, fences, prose: text.replace(fence, '') };
}

/** Every page there is. */
export const pages: readonly Page[] = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]
  .sort()
  .map(readPage);

/** The cells of every table row of a text, without the rows of dashes. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => /^\|.*\|$/.test(line) && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The part of a page below a heading, up to the next heading of that level or above. */
export function section(page: Page, heading: string): string {
  const [head, level = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(page.text) ?? [];
  if (head === undefined) throw new Error(`${page.path} has no heading ${heading}`);
  const rest = page.text.slice(page.text.indexOf(`${head}\n`) + head.length);
  const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** A number as the pages write it. */
export const grouped = (value: number): string => value.toLocaleString('en-US');
