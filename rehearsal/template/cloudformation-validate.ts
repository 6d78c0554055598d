import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import type { Finding } from './finding.ts';

/** Runs AWS's own validator on one template, for one region. Findings below the level of a warning are ignored. */
export function cloudFormationValidate(template: string, region: string): readonly Finding[] {
  const engine = new RegoEngine();
  try {
    const config = { severityLevel: 'WARN', pseudoParameterOverrides: { region } } as const;
    const { diagnostics } = engine.validateStandard(new TemplateFile(template), config);
    return diagnostics.map(({ severity, ruleId, entity, message }) => ({
      linter: 'cloudformation-validate',
      rule: ruleId,
      level: severity === 'WARN' ? 'warning' : 'error',
      resource: entity?.logicalId ?? '',
      message,
    }));
  } finally {
    engine.free();
  }
}
