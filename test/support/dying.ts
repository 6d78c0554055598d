import type { DocumentClient } from '../../lambda/store/document-client.ts';
import type { Table } from '../../lambda/store/dynamo.ts';

export class Crash extends Error {}

/** Crashes at the n-th request, before it is sent or after it is carried out. */
export class Dying {
  readonly table: Table;
  readonly #when: 'before' | 'after';
  left: number;

  constructor(table: Table, at: number, when: 'before' | 'after') {
    this.left = at;
    this.#when = when;
    const send = async (...args: Parameters<DocumentClient['send']>) => {
      this.#step(when === 'before');
      const answer = await table.client.send(...args);
      this.#crash(when === 'after');
      return answer;
    };
    this.table = { name: table.name, client: { send } as DocumentClient };
  }

  /** Counts as one more request, to the bus. */
  async tell(take: () => void): Promise<void> {
    this.#step(this.#when === 'before');
    take();
    this.#crash(this.#when === 'after');
  }

  #step(dies: boolean): void {
    this.left -= 1;
    this.#crash(dies);
  }

  #crash(dies: boolean): void {
    if (dies && this.left <= 0) throw new Crash();
  }
}
