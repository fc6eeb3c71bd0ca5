import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createZendesk } from '#local/zendesk/zendesk.ts';
import { openZendeskJournal } from '#local/zendesk/zendesk-journal.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const SOURCE = { seed: 1, subdomain: 'atom', tickets: 30 };
const NOW = Date.UTC(2026, 10, 27, 10);

/** Starts what the worker starts. */
function start(path: string, nowMs: number, source = SOURCE) {
  const journal = openZendeskJournal(path, source, nowMs);
  let isReplayed = false;
  const zendesk = createZendesk({
    tickets: source.tickets,
    now: () => nowMs,
    generatedAtMs: journal.generatedAtMs,
    onOperation: (_, operation) => {
      if (isReplayed) journal.note(operation);
    },
  });
  for (const operation of journal.operations) zendesk.operate(operation);
  isReplayed = true;
  return { zendesk, journal };
}

describe('The journal', () => {
  it('makes the same tickets again after a restart', () => {
    // Prepare
    const path = join(temporaryDirectory(), 'zendesk.jsonl');
    const first = start(path, NOW);
    first.zendesk.operate({ op: 'arrive', count: 3 });
    first.zendesk.operate({ op: 'delete', ids: [10_002] });
    first.zendesk.operate({ op: 'create', ticket: { subject: 'emoji 🚀', description: 'a\u0000b' } });
    first.journal.close();

    // Act
    const second = start(path, NOW + 86_400_000);

    // Assess
    expect(second.zendesk.tickets()).toEqual(first.zendesk.tickets());
    second.zendesk.operate({ op: 'arrive' });
    second.journal.close();
    const third = start(path, NOW + 2 * 86_400_000);
    expect(third.zendesk.tickets()).toEqual(second.zendesk.tickets());
    third.journal.close();
  });

  it('survives a last line that was not written to its end', () => {
    const path = join(temporaryDirectory(), 'zendesk.jsonl');
    const first = start(path, NOW);
    first.zendesk.operate({ op: 'system_update', ids: [10_001] });
    first.journal.close();
    appendFileSync(path, '{"op":"delete","ids":[10');
    const second = start(path, NOW + 1000);
    expect(second.journal.operations).toEqual([{ op: 'system_update', ids: [10_001], at: NOW / 1000 }]);
    second.journal.close();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  });

  it('begins anew with other tickets', () => {
    const path = join(temporaryDirectory(), 'zendesk.jsonl');
    start(path, NOW).journal.close();
    const other = start(path, NOW + 5000, { ...SOURCE, tickets: 31 });
    expect([other.journal.generatedAtMs, other.zendesk.tickets().length]).toEqual([NOW + 5000, 31]);
    other.journal.close();
  });
});
