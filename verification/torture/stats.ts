/** The counters of a run, by group and name. */
export class Stats {
  readonly #counts = new Map<string, Map<string, number>>();

  count(group: string, name: string, by = 1): void {
    const names = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, names);
    names.set(name, (names.get(name) ?? 0) + by);
  }

  of(group: string, name: string): number {
    return this.#counts.get(group)?.get(name) ?? 0;
  }

  total(group: string): number {
    return [...(this.#counts.get(group)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  add(other: Stats): void {
    for (const [group, names] of other.#counts) {
      for (const [name, count] of names) this.count(group, name, count);
    }
  }

  /** `rotated 812, retry 54, ...`, the most frequent first. */
  line(group: string): string {
    const names = [...(this.#counts.get(group) ?? [])].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return names.map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(', ') || 'none';
  }
}
