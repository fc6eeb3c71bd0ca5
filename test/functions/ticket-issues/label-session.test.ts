import { describe, expect, it } from 'vitest';
import { monthOf, totalUse, usageOf } from '#core/tickets/spend.ts';
import { createLabelWorld, START, someIssues } from './label-world.ts';

const MONTH = monthOf(START);
const DAY = 24 * 3_600_000;

describe('Function: labelOne', () => {
  it.each([
    [{ kind: 'answer', properties: { title: 'Contact john@x.com now!' } }, 'filtered'],
    [{ kind: 'refusal' }, 'refused'],
    [{ kind: 'missing_property', name: 'title' }, 'unreadable'],
  ] as const)(
    'stores the terms where the answer must not be shown, and pays for it once (%#)',
    async (fault, reason) => {
      const { label, claude, records, clock } = createLabelWorld();
      claude.switches.add({ ...fault, times: 'always' });
      const input = someIssues(1);

      await label(input);
      await clock.advance(2 * DAY);
      await label(input);

      expect((await records.facts('I000'))?.label).toMatchObject({
        title: 'csv export, timeout',
        description: '',
      });
      const { items } = await records.events('I000', 10);
      expect(items).toMatchObject([{ data: { instead_of: reason } }]);
      expect(claude.stats.byRoute.messages).toBe(1);
    },
  );

  it('asks once more with twice the room where the answer was cut, and pays for both', async () => {
    const { label, claude, records, ledger } = createLabelWorld();
    claude.switches.add({ kind: 'max_tokens' });

    await label(someIssues(1));

    expect((await records.facts('I000'))?.label?.title).toBe('The alpha alpha report fails');
    const bodies = claude.stats.bodies.map((body) => JSON.parse(body) as { max_tokens: number });
    expect(bodies.map(({ max_tokens }) => max_tokens)).toEqual([1_024, 2_048]);
    const [line] = usageOf(await ledger.read(MONTH));
    expect(line).toMatchObject({ requests: 2, costMicroUsd: claude.stats.direct.costMicroUsd });
  });

  it('counts a request whose answer was lost as spent in full, and asks again', async () => {
    const { label, claude, records, ledger } = createLabelWorld();
    claude.switches.add({ kind: 'reset', route: 'messages' });

    await label(someIssues(1));

    expect((await records.facts('I000'))?.label?.title).toBe('The alpha alpha report fails');
    const month = await ledger.read(MONTH);
    const [line] = usageOf(month);
    expect(line?.requests).toBe(2);
    expect(line?.costMicroUsd).toBeGreaterThan(claude.stats.direct.costMicroUsd);
    expect(month.open).toEqual({});
  });
});

describe('A label stage that is killed', () => {
  const CASES = 6;

  it('loses no label and stores none twice, wherever it is; only what was under way is paid again', async () => {
    const input = someIssues(CASES);
    const calls = await createLabelWorld().kill(input, undefined);
    expect(calls.filter((name) => name === 'records.changeFacts')).toHaveLength(CASES);
    for (let at = 1; at <= calls.length; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const { kill, label, records, ledger, claude } = createLabelWorld();
        const where = `${when} call ${at}`;

        await kill(input, (call) => (call === at ? when : undefined));
        await label(input);

        for (const { id } of input.issues) {
          expect((await records.facts(id))?.label, where).toBeTruthy();
          expect((await records.events(id, 10)).items, where).toHaveLength(1);
        }
        expect(claude.stats.paidTwice().length, where).toBeLessThanOrEqual(4);
        const month = await ledger.read(MONTH);
        const books = totalUse(month).costMicroUsd;
        // What the dead left reserved is counted by the next stage that has something to ask; by the analysis otherwise.
        const reserved = Object.values(month.open).reduce((sum, { microUsd }) => sum + microUsd, 0);
        expect(books + reserved, where).toBeGreaterThanOrEqual(claude.stats.direct.costMicroUsd);
      }
    }
  });
});
