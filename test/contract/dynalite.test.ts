import { describe } from 'vitest';
import { openDynamo } from '../support/dynamo-under-test.ts';
import { accountsContract } from './accounts.contract.ts';
import { itemsContract } from './items.contract.ts';
import { repetitionContract } from './repetition.contract.ts';
import { revokeAllContract } from './revoke-all.contract.ts';
import { rotateContract } from './rotate.contract.ts';
import { sessionsContract } from './sessions.contract.ts';
import { unansweredContract } from './unanswered.contract.ts';

const open = () => openDynamo('dynalite');

describe('rotate', () => rotateContract(open));
describe('sessions', () => sessionsContract(open));
describe('unanswered', () => unansweredContract(open));
describe('accounts', () => accountsContract(open));
describe('revoke all', () => revokeAllContract(open));
describe('items', () => itemsContract(open, false));
describe('repetition', () => repetitionContract(open));
