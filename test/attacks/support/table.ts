/** Prints a table to standard output: the figures of docs/attacks.md. */
export function printTable(head: readonly string[], rows: readonly (readonly unknown[])[]): void {
  const lines = [head, ...rows].map((cells) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(56) : String(cell).padStart(11))).join(''),
  );
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
