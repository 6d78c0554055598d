import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { shown } from '../lambda/contract/shown.ts';
import { nearest } from './nearest.ts';

/** What a value must be, and how to recognize it. In JavaScript, no compiler checks this. */
export type Shape = readonly [what: string, fits: (value: unknown) => boolean];

export const text: Shape = ['text', (value) => typeof value === 'string'];
export const flag: Shape = ['true or false', (value) => typeof value === 'boolean'];
export const retention: Shape = ['one of RetentionDays', isOneOf(Object.values(RetentionDays))];
export const removal: Shape = ['one of RemovalPolicy', isOneOf(Object.values(RemovalPolicy))];

/** An object that has no other members. */
export function object(...members: readonly string[]): Shape {
  const fits = (value: unknown) => isObject(value) && Object.keys(value).every((name) => members.includes(name));
  return [`an object with ${members.join(', ')}`, fits];
}

/** A construct that has the attribute. */
export function construct(what: string, attribute: string): Shape {
  return [`${what}, not its name or ARN`, (value) => isObject(value) && attribute in value];
}

/**
 * Checks the names of props and the kind of their values. A misspelt prop must not be ignored: the default would be
 * deployed instead.
 *
 * @param owner name of the construct
 * @param checked names whose values are checked elsewhere
 * @returns faults
 */
export function shapeFaults(
  owner: string,
  props: object,
  shapes: Readonly<Record<string, Shape>>,
  checked: readonly string[],
): string[] {
  const known = [...checked, ...Object.keys(shapes)];
  return Object.entries(props).flatMap(([name, value]) => {
    if (value === undefined || checked.includes(name)) return [];
    const shape = shapes[name];
    if (shape === undefined) {
      const meant = nearest(name, known);
      return [`${name} is not a prop of ${owner}${meant === undefined ? '' : `: did you mean ${meant}?`}`];
    }
    const [what, fits] = shape;
    // An object may be a construct, and with it the whole app.
    const isScalar = typeof value !== 'object' && typeof value !== 'function' && !what.includes(', not ');
    return fits(value) ? [] : [`${name} must be ${what}${isScalar ? `, not ${shown(value)}` : ''}`];
  });
}

function isOneOf(values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value) || Token.isUnresolved(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
