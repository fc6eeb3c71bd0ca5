import { type Founder, issueIdOf } from './issue-id.ts';

/** The generation that is gone on from, as far as ids depend on it; undefined: it is the first. */
export type IdsBefore = { readonly number: number; readonly syncedUntil: number } | undefined;

/** Gives ids to new issues, none twice. */
export type IssueIds = { newId(founder: Founder): string };

/**
 * Gives ids to the issues of one run. A ticket that an earlier generation had may have founded an issue whose id leads
 * elsewhere by now, so the generation’s number goes into what it founds; what a new ticket founds depends on the ticket
 * alone.
 *
 * @param taken ids that issues have or had
 */
export function createIssueIds(subdomain: string, before: IdsBefore, taken: Iterable<string>): IssueIds {
  const given = new Set(taken);
  return {
    newId: (founder) => {
      const isNew = before === undefined || founder.createdAt >= before.syncedUntil;
      const id = issueIdOf(founder, {
        subdomain,
        salt: isNew ? '' : `generation ${before.number}`,
        isTaken: (one) => given.has(one),
      });
      given.add(id);
      return id;
    },
  };
}
