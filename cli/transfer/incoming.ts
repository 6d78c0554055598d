import type { Account } from '../../lambda/core/account.ts';
import { Seen } from './seen.ts';

/** One account to import, or why it cannot be imported. */
export interface Incoming {
  /** Its place in the source: "line 17", "user 3", or a subject. */
  readonly from: string;
  readonly account?: Account;
  /** Whether the subject was generated, because the source has none. @default false */
  readonly generated?: boolean;
  readonly refused?: string;
  /** The reason without names and other values. @default the reason */
  readonly kind?: string;
  /** Members of the source that the account does not have. @default none */
  readonly leftOut?: readonly string[];
}

const repeated = 'the username, e-mail address or subject also occurs earlier';

/** Refuses an account whose name or subject an earlier one has. */
export async function* distinct(incoming: AsyncIterable<Incoming>): AsyncGenerator<Incoming> {
  const seen = new Seen();
  for await (const each of incoming) {
    const { from, account, generated = false } = each;
    const [unit, number] = from.split(' ');
    const earlier = account && seen.note(account, generated, Number(number));
    if (earlier === undefined) yield each;
    else yield { from, refused: `${earlier.what} is also in ${unit} ${earlier.number}`, kind: repeated };
  }
}
