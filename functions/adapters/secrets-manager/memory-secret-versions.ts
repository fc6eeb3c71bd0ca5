import {
  SecretStoreError,
  type SecretVersions,
  VersionTakenError,
} from '#core/marketplace/rotation-ports.ts';

type Version = { text?: string; labels: Set<string> };

/** The versions in memory, and the service's own part in a rotation. */
export type MemorySecretVersions = SecretVersions & {
  rotationEnabled: boolean;
  /** Begins a rotation as the service does: an empty version with AWSPENDING. */
  begin(versionId: string): void;
  /** As `put-secret-value` does without labels: a new current version. */
  put(versionId: string, text: string): void;
  /** The id of the version that bears the label. */
  holder(label: string): string | undefined;
};

/** The port {@link SecretVersions} in memory, for tests: with one current version, `first`. */
export function createMemorySecretVersions(text: string): MemorySecretVersions {
  const versions = new Map<string, Version>([['first', { text, labels: new Set(['AWSCURRENT']) }]]);
  const holder = (label: string) => [...versions].find(([, { labels }]) => labels.has(label))?.[0];
  const move = (label: string, versionId: string): void => {
    const from = holder(label);
    if (from === versionId) return;
    if (from !== undefined) versions.get(from)?.labels.delete(label);
    versions.get(versionId)?.labels.add(label);
    if (label === 'AWSCURRENT' && from !== undefined) move('AWSPREVIOUS', from);
  };
  const add = (versionId: string, label: string, value: string | undefined): void => {
    const version = versions.get(versionId) ?? { labels: new Set<string>() };
    versions.set(versionId, version);
    if (value !== undefined) version.text = value;
    move(label, versionId);
  };
  const memory: MemorySecretVersions = {
    rotationEnabled: true,
    holder,
    begin: (versionId) => add(versionId, 'AWSPENDING', undefined),
    put: (versionId, value) => add(versionId, 'AWSCURRENT', value),
    describe: async () => {
      const labelled = [...versions].filter(([, { labels }]) => labels.size > 0);
      return {
        rotationEnabled: memory.rotationEnabled,
        labels: new Map(labelled.map(([id, { labels }]) => [id, [...labels]])),
      };
    },
    read: async (versionId) => versions.get(versionId)?.text,
    putPending: async (versionId, value) => {
      const known = versions.get(versionId);
      if (known?.text === value) return;
      if (known?.text !== undefined) throw new VersionTakenError('Another text is there.');
      add(versionId, 'AWSPENDING', value);
    },
    makeCurrent: async (versionId, currentId) => {
      if (!versions.has(versionId) || holder('AWSCURRENT') !== currentId)
        throw new SecretStoreError('AWSCURRENT is elsewhere.');
      move('AWSCURRENT', versionId);
    },
    dropPending: async (versionId) => {
      if (!versions.get(versionId)?.labels.delete('AWSPENDING'))
        throw new SecretStoreError('AWSPENDING is elsewhere.');
    },
  };
  return memory;
}
