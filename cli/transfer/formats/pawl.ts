import { separatorFault } from '../../users/words.ts';
import { members } from '../line.ts';
import type { Item } from '../source/records.ts';
import { objectOf, Unfit } from './format.ts';

/**
 * The columns of a header in the spelling of Pawl's own format: `Username`, `E-Mail` and `password_hash` are `username`,
 * `email` and `passwordHash`. Others stay as they are.
 */
export function ownColumns(header: readonly string[]): readonly string[] {
  return header.map((column) => members.find((member) => letters(member) === letters(column)) ?? column);
}

const letters = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

const numbers = ['epoch', 'passwordExpiresAt'];
const lists = ['scopes', 'networks'];

/**
 * Converts a row of Pawl's own CSV to a line of JSON Lines: empty fields are absent, `claims` is JSON, and lists are
 * space-separated.
 *
 * @throws Unfit
 */
export function fromRow(row: Item): Item {
  const fields = Object.entries(row).filter(([, value]) => value !== '');
  return Object.fromEntries(fields.map(([name, value]) => [name, fieldOf(row, name, String(value))]));
}

function wordsOf(name: string, text: string): readonly string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const fault = name === 'scopes' ? separatorFault(words) : undefined;
  if (fault !== undefined) throw new Unfit(fault);
  return words;
}

function fieldOf(row: Item, name: string, text: string): unknown {
  if (name === 'claims') return objectOf(row, name);
  if (lists.includes(name)) return wordsOf(name, text);
  if (!numbers.includes(name)) return text;
  if (!/^\d{1,15}$/.test(text)) throw new Unfit(`${name} is not a whole number`);
  return Number(text);
}
