export const Decider = { remoteWins: 'remote_wins', localWins: 'local_wins', merge: 'merge' } as const;
/** What can be done about a conflict. */
export type Decider = (typeof Decider)[keyof typeof Decider];

export const ConflictStrategy = { ...Decider, manual: 'manual' } as const;
/** What is done about a conflict as it is detected. `manual`: it is put before an admin. */
export type ConflictStrategy = (typeof ConflictStrategy)[keyof typeof ConflictStrategy];
