/** `npm run cost`: what the service costs, from measured units and list prices, as the tables of docs/deploy.md. */
import { assumptionText, idleTable, monthTable, priceText, requestTable } from './cost-tables.ts';

process.stdout.write(`${[priceText(), requestTable(), idleTable(), assumptionText(), monthTable()].join('\n\n')}\n`);
