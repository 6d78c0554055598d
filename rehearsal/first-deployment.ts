import { must } from '../smoke/check.ts';
import type { Cdk, Deployment } from './cdk.ts';
import { deleteProtectedTable, type Inventory, inventory } from './leftovers.ts';
import type { Stage } from './stage.ts';

/**
 * A first deployment that fails, as in a new account whose Lambda quota allows no reservation. The next one removes
 * that setting and succeeds.
 *
 * @returns the deployed stack
 */
export async function deployAfterFailure(cdk: Cdk, { progress, endpoint }: Stage): Promise<Deployment> {
  await progress.step('cdk deploy with a reservation that the quota does not allow: rolled back', async () => {
    const output = await cdk.failToDeploy({ loginReservedConcurrency: '20' });
    must(/UnreservedConcurrentExecution below its minimum/.test(output), `cdk deploy says\n${output}`);
    must(/ROLLBACK_COMPLETE/.test(output), `the rollback did not end well\n${output}`);
  });
  const left = await progress.step(
    'only an empty table is left, which costs nothing',
    async () => {
      const found = await inventory(endpoint);
      const { tables, ...rest } = found;
      must(
        Object.values(rest).every(({ length }) => length === 0),
        `left behind: ${JSON.stringify(rest)}`,
      );
      must(tables.length === 1 && tables[0]?.items === 0, `tables left behind: ${JSON.stringify(tables)}`);
      return found;
    },
    told,
  );
  const stack = await progress.step(
    'cdk deploy again, without it',
    () => cdk.deploy(),
    ({ url }) => url,
  );
  await progress.step('the table of the failed deployment is not in use and can be deleted', async () => {
    for (const { name } of left.tables) {
      must(name !== stack.tableName, 'the second deployment uses the table of the first');
      await deleteProtectedTable(endpoint, name);
    }
    const { tables, secrets } = await inventory(endpoint);
    must(
      tables.length === 1 && secrets.length === 2,
      `there are ${tables.length} tables and ${secrets.length} secrets`,
    );
  });
  return stack;
}

function told({ tables, secrets, functions, parameters, buses }: Inventory): string {
  const shown = tables.map(({ name, items, protectedFromDeletion }) => {
    return `${name}, ${items} items, ${protectedFromDeletion ? 'protected' : 'not protected'}`;
  });
  const counts = `${secrets.length} secrets, ${functions.length} functions, ${parameters.length} parameters, ${buses.length} buses`;
  return `${shown.join('; ')}; ${counts}`;
}
