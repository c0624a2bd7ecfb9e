import * as assert from 'node:assert/strict';
import { isSharedAccount } from '../../../src/core/base/sharedAccounts';

describe('The name of an account', () => {
    for (const name of [
        'CNC',
        'cnc1',
        'Shop 2',
        'mastercam-01',
        'SHOP\\Operator',
        'user@shop.local',
        'CNC-PC',
        'Admin',
    ]) {
        it(`says nothing about who it is: ${name}`, () => assert.equal(isSharedAccount(name), true));
    }
    for (const name of ['dave', 'SHOP\\maria', 'Campbell', 'c.shopov', 'Millie', 'Turner', 'opal', '']) {
        it(`may be that of one person: ${name}`, () => assert.equal(isSharedAccount(name), false));
    }
});
