/** A line of the service that prevents a danger, and its replacement when the guard is removed. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  /** Code that occurs exactly once in the file. */
  readonly guard: string;
  readonly without: string;
  /** Which test files may notice. */
  readonly tests: readonly string[];
}

const unit = ['refresh', 'outcome', 'login', 'login-names', 'housekeeping', 'revoke', 'access-token'].map(
  (name) => `test/unit/core/${name}`,
);

/** The tests of single cases, and those with the invariants on top. */
export const cases: readonly string[] = unit;
export const invariants: readonly string[] = [...unit, 'test/model'];

/** Makes guards of one file from rows of name, code and replacement. */
export function guardsOf(
  file: string,
  tests: readonly string[],
  rows: readonly (readonly [name: string, guard: string, without: string])[],
): Guard[] {
  return rows.map(([name, guard, without]) => ({ name: `${file}: ${name}`, file, guard, without, tests }));
}

/** A row for one condition of a write, with the text after it. */
export const conditionGuard = (name: string, text: string, rest = ''): readonly [string, string, string] => [
  name,
  `${text}${rest}`,
  `${loose(text)}${rest}`,
];

/** A condition that always holds, and still uses every value, without which the database refuses the request. */
const loose = (condition: string) => `(${condition} OR attribute_exists(pk))`;
