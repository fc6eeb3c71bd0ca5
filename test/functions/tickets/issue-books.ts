import type { TicketDay } from '#core/issues/grouped-ticket.ts';
import type { IssueGeneration, IssueGenerations, NextGeneration } from '#core/issues/issue-generation.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';

type IssueOf = ReadonlyMap<string, string | null>;

/** Notes every generation: whose tickets are in another issue than before, and why. */
export class IssueBooks {
  readonly #records: Pick<IssueRecords, 'movedTo' | 'decisions'>;
  /** What went against the rules, as it happened. */
  readonly wrongs: string[] = [];

  constructor(records: Pick<IssueRecords, 'movedTo' | 'decisions'>) {
    this.#records = records;
  }

  /** The generations, with a note of what is published. */
  watch(generations: IssueGenerations): IssueGenerations {
    return {
      ...generations,
      publish: async (before, next) => {
        const published = await generations.publish(before, next);
        if (before) await this.#note(generations, before, next);
        return published;
      },
    };
  }

  async #note(generations: IssueGenerations, before: IssueGeneration, next: NextGeneration): Promise<void> {
    // A consolidation may give tickets another issue: how many is tested where it is made.
    if (next.consolidatedAt !== before.consolidatedAt) return;
    const days = next.days.map(({ day }) => day);
    const earlier = issuesIn((await generations.readDays(before, days)).values());
    for (const [id, issue] of issuesIn(next.days)) {
      const was = earlier.get(id) ?? null;
      if (was === null || issue === null || was === issue) continue;
      if (!(await this.#isDecided(was, issue)))
        this.wrongs.push(`ticket ${id} went from issue ${was} to ${issue}, and nobody decided that`);
    }
  }

  async #isDecided(was: string, issue: string): Promise<boolean> {
    if ((await this.#records.movedTo(was)) === issue) return true;
    const decisions = await this.#records.decisions();
    return decisions.some((one) => one.type === 'split' && one.issue === was && one.into === issue);
  }
}

function issuesIn(days: Iterable<TicketDay>): IssueOf {
  return new Map(
    [...days].flatMap(({ tickets }) => tickets.map(({ id, issueId }) => [id, issueId] as const)),
  );
}
