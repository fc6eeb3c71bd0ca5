import { createMemorySecretVersions } from '#adapters/secrets-manager/memory-secret-versions.ts';
import { secretVersionsContract } from '#test/contracts/secret-versions.contract.ts';

secretVersionsContract(async () => {
  const versions = createMemorySecretVersions('first');
  return { versions, firstId: 'first', begin: async (versionId) => versions.begin(versionId) };
});
