import { describe } from 'vitest';
import { everyStorageContract } from '#test/contracts/every-contract.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';

describe('the in-memory fakes', () => {
  everyStorageContract(openMemoryStores);
});
