import { describe } from 'vitest';
import { openDynamo } from '../support/dynamo-under-test.ts';
import { faultsContract } from './faults.contract.ts';

// The proxy does the harm, so one engine is enough.
describe('faults', () => faultsContract(() => openDynamo('dynoxide')));
