declare module 'dynalite' {
  import type { Server } from 'node:http';

  type DynaliteOptions = {
    /** Directory of the LevelDB; in memory where it is absent. */
    path?: string;
    /** How long a table stays CREATING, in milliseconds; 500 where it is absent. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    /** 400 where it is absent. */
    maxItemSizeKb?: number;
    verbose?: boolean;
    debug?: boolean;
  };

  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
