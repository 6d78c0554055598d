import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Page, pages, readPage, root } from './support/pages.ts';

/** The anchor that a renderer gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** What is wrong with a link of a page, or undefined. Addresses of the web are not followed. */
function linkFault(page: Page, target: string): string | undefined {
  if (/^https:\/\//.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : relative(root, join(root, dirname(page.path), file));
  if (path.startsWith('..') || !existsSync(join(root, path))) return `${target} does not exist`;
  if (anchor === undefined) return undefined;
  const headings = [...readPage(path).prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
  return headings.includes(anchor) ? undefined : `${target} has no such heading`;
}

const linksOf = ({ prose }: Page): string[] => [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

describe('links lead somewhere', () => {
  test.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
    expect(
      linksOf(page)
        .map((target) => linkFault(page, target))
        .filter((fault) => fault !== undefined),
    ).toEqual([]);
  });

  test('a dead one is noticed', () => {
    const page = readPage('docs/deploy.md');
    expect(linkFault(page, 'nowhere.md')).toBe('nowhere.md does not exist');
    expect(linkFault(page, 'operate.md#nowhere')).toBe('operate.md#nowhere has no such heading');
    expect(linkFault(page, '../../elsewhere.md')).toBe('../../elsewhere.md does not exist');
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(20);
  });
});

describe('files that the pages name exist', () => {
  test.each(pages.map((page) => [page.path, page] as const))('%s', (_, { prose }) => {
    const named = [...prose.matchAll(/`((?:lambda|lib|bin|local|cli|test|docs)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
