import { describe } from 'vitest';
import { openMemory } from '../support/store-under-test.ts';
import { accountsContract } from './accounts.contract.ts';
import { revokeAllContract } from './revoke-all.contract.ts';
import { rotateContract } from './rotate.contract.ts';
import { sessionsContract } from './sessions.contract.ts';
import { unansweredContract } from './unanswered.contract.ts';

/** The store that the unit and model tests stand on keeps the same contract as the real ones. */
describe('rotate', () => rotateContract(openMemory));
describe('sessions', () => sessionsContract(openMemory));
describe('unanswered', () => unansweredContract(openMemory));
describe('accounts', () => accountsContract(openMemory));
describe('revoke all', () => revokeAllContract(openMemory));
