import { describe, expect, test } from 'vitest';
import { pages } from './support/pages.ts';

const arrow = /^(\w+)(?:->>|-->>|->|-->|-x|--x)(\w+): \S/;

/** What is wrong with a sequence diagram, line by line: a small subset of Mermaid, and all that the pages use. */
function sequenceFaults(lines: readonly string[]): string[] {
  const faults: string[] = [];
  const actors = new Set<string>();
  let open = 0;
  for (const line of lines) {
    const [, actor] = /^participant (\w+)(?: as \S.*)?$/.exec(line) ?? [];
    const [, from, to] = arrow.exec(line) ?? [];
    const [, over] = /^Note (?:over|left of|right of) ([\w,]+): \S/.exec(line) ?? [];
    if (actor !== undefined) actors.add(actor);
    else if (from !== undefined && to !== undefined) faults.push(...unknown([from, to], actors));
    else if (over !== undefined) faults.push(...unknown(over.split(','), actors));
    else if (/^(par|alt|opt|loop)( .*)?$/.test(line)) open += 1;
    else if (line === 'end') open -= 1;
    else if (!/^(and|else)( .*)?$/.test(line) || open === 0) faults.push(`not understood: ${line}`);
    // Mermaid takes a semicolon for the end of the line, and `end` as a word in a text for the end of a block.
    if (line.includes(';')) faults.push(`semicolon: ${line}`);
  }
  if (open !== 0) faults.push('a block is not closed');
  return faults;
}

function unknown(names: readonly string[], actors: ReadonlySet<string>): string[] {
  return names.filter((name) => !actors.has(name)).map((name) => `no participant ${name}`);
}

/** Settings, sections, and bars with their start and length. */
const ganttLine =
  /^(?:(?:title|dateFormat|axisFormat|section) \S.*|[^:;#]+ : (?:milestone, )?(?:\d{4}-\d{2}-\d{2}|\d{2}:\d{2}), \d+[dhm])$/;

const edge = /^\w+(\[\(?[^[\]()]+\)?\])? -->(\|[^|]+\|)? \w+(\[\(?[^[\]()]+\)?\])?$/;

/** What is wrong with a block. */
function mermaidFaults(text: string): string[] {
  const [kind, ...lines] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (kind === 'sequenceDiagram') return sequenceFaults(lines);
  if (kind === 'gantt') return lines.filter((line) => !ganttLine.test(line)).map((line) => `not understood: ${line}`);
  if (/^flowchart (LR|TD)$/.test(kind ?? '')) {
    return lines.filter((line) => !edge.test(line)).map((line) => `not understood: ${line}`);
  }
  return [`unknown kind of diagram: ${kind}`];
}

const diagrams = pages.flatMap(({ path, fences }) =>
  fences
    .filter(({ language }) => language === 'mermaid')
    .map(({ text }, index) => [`${path} ${index + 1}`, text] as const),
);

describe('diagrams are well-formed', () => {
  test.each(diagrams)('%s', (_, text) => {
    expect(mermaidFaults(text)).toEqual([]);
  });

  test('a broken one is noticed', () => {
    expect(mermaidFaults('sequenceDiagram\nparticipant A\nA->>B: hello')).toEqual(['no participant B']);
    expect(mermaidFaults('sequenceDiagram\npar\n')).toEqual(['a block is not closed']);
    expect(mermaidFaults('gantt\nsection a\nb : 12:00')).toEqual(['not understood: b : 12:00']);
    expect(mermaidFaults('flowchart LR\na --> b[x')).toEqual(['not understood: a --> b[x']);
    expect(diagrams.length).toBeGreaterThan(4);
  });
});
