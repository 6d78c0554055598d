import { join } from 'node:path';
import { createConfig, formatProblems, getTotals, lint } from '@redocly/openapi-core';
import { CommandLine } from '../../scripts/command-line.ts';

new CommandLine('lint:api', 'npm run lint:api\n\nChecks docs/openapi.yaml by the strict rules of Redocly.').parse({});

/** `npm run lint:api`: docs/openapi.yaml by the strict rules of Redocly, as a library: no network, no telemetry. */

const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    'info-license-strict': 'error',
    'no-invalid-media-type-examples': 'error',
    'no-invalid-schema-examples': 'error',
    'no-invalid-parameter-examples': 'error',
    'no-duplicated-enum-values': 'error',
    'operation-operationId': 'error',
    'operation-4xx-response': 'error',
    'parameter-description': 'error',
    'operation-singular-tag': 'error',
    'tag-description': 'error',
    'no-http-verbs-in-paths': 'error',
    'no-path-trailing-slash': 'error',
  },
});

const problems = await lint({ ref: join(import.meta.dirname, '../../docs/openapi.yaml'), config });
formatProblems(problems, { format: 'codeframe', totals: getTotals(problems) });
process.stdout.write(`docs/openapi.yaml: ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
