export const ResolutionStrategy = {
  remoteWins: 'remote_wins',
  localWins: 'local_wins',
  merge: 'merge',
} as const;
/** What can be done about a conflict. */
export type ResolutionStrategy = (typeof ResolutionStrategy)[keyof typeof ResolutionStrategy];

export const ConflictStrategy = { ...ResolutionStrategy, manual: 'manual' } as const;
/** What is done about a conflict as it is detected. `manual`: it is put before an admin. */
export type ConflictStrategy = (typeof ConflictStrategy)[keyof typeof ConflictStrategy];
