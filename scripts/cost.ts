/** `npm run cost`: prints the cost tables of docs/deploy.md, computed from measured units and list prices. */
import { CommandLine } from './command-line.ts';
import { assumptionText, idleTable, monthTable, priceText, requestTable } from './cost-tables.ts';

new CommandLine(
  'cost',
  'npm run cost\n\nPrints what the service costs, from measured units and list prices: the tables of docs/deploy.md.',
).parse({});

process.stdout.write(`${[priceText(), requestTable(), idleTable(), assumptionText(), monthTable()].join('\n\n')}\n`);
