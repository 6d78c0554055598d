import { type Acknowledged, acknowledged } from './acknowledged.ts';

/** A linter's finding about one resource of a template. */
export interface Finding {
  readonly linter: string;
  readonly rule: string;
  readonly level: 'error' | 'warning';
  /** Logical id; empty if the finding is about the whole template. */
  readonly resource: string;
  readonly message: string;
}

/** The entry that accepts a finding, if there is one. */
export function acknowledgementOf(finding: Finding): Acknowledged | undefined {
  return acknowledged.find(({ rule, resources }) => rule === finding.rule && resources.test(finding.resource));
}
