import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileState } from '#local/claude/state/file-state.ts';
import {
  ask,
  askAbout,
  claudeForTest,
  createBatch,
  resultsOf,
  wrapped,
} from '#test/local/claude/claude-client.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

describe('A Claude with a state directory', () => {
  it('finds a batch again that was on its way when it was killed, and charges it once', async () => {
    const statePath = join(temporaryDirectory(), 'claude');
    const id = await createBatch(claudeForTest({ statePath }), 'one', 'two');

    const second = claudeForTest({ statePath });
    second.clock.ms += 2000;
    const ended = await ask(second, `/v1/messages/batches/${id}`);
    const third = claudeForTest({ statePath });

    expect(ended.body.request_counts).toMatchObject({ succeeded: 2 });
    expect((await ask(third, `/v1/messages/batches/${id}`)).body).toEqual(ended.body);
    expect(await resultsOf(third, id)).toEqual(await resultsOf(second, id));
    expect(third.stats.timesPaid(wrapped('one'))).toEqual({ paid: 1, completed: 1 });
    expect(third.stats.batch.costMicroUsd).toBe(second.stats.batch.costMicroUsd);
  });

  it('repeats an end that it was killed in, without charging it again', async () => {
    const statePath = temporaryDirectory();
    const first = claudeForTest({ statePath, settings: { batchSeconds: 0 } });
    const id = await createBatch(first, 'one');
    const state = openFileState(statePath);
    const [unended] = state.batches();
    const requests = state.requests(id)!;
    await ask(first, `/v1/messages/batches/${id}`);
    // As if the process had been killed after the payment was noted and before the batch was.
    state.putRequests(id, requests);
    state.saveBatch(unended!);

    const second = claudeForTest({ statePath });
    const { body } = await ask(second, `/v1/messages/batches/${id}`);

    expect(body.request_counts).toMatchObject({ succeeded: 1 });
    expect(second.stats.timesPaid(wrapped('one')).paid).toBe(1);
  });

  it('remembers what was paid directly, whatever a kill left of the last line, and gives no id twice', async () => {
    const statePath = temporaryDirectory();
    const before = await askAbout(claudeForTest({ statePath }), 'one');
    appendFileSync(join(statePath, 'payments.jsonl'), '{"key":"msg_ha');

    const second = claudeForTest({ statePath });
    const after = await askAbout(second, 'one');

    expect(after.body.id).not.toBe(before.body.id);
    expect(second.stats.timesPaid(wrapped('one')).paid).toBe(2);
  });

  it('leaves nothing of a batch that was deleted', async () => {
    const statePath = temporaryDirectory();
    const claude = claudeForTest({ statePath, settings: { batchSeconds: 0 } });
    const id = await createBatch(claude, 'one');
    await ask(claude, `/v1/messages/batches/${id}`);
    await ask(claude, `/v1/messages/batches/${id}`, { method: 'DELETE' });
    expect(readdirSync(statePath)).toEqual(['payments.jsonl']);
  });

  it('gives long results in pieces, every letter whole', () => {
    const state = openFileState(temporaryDirectory());
    const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${'ä€😀'.repeat(10)}`);
    state.putResults('msgbatch_x', lines);
    const pieces = [...state.results('msgbatch_x')!];
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(state.results('msgbatch_none')).toBeUndefined();
    expect(state.requests('msgbatch_none')).toBeUndefined();
  });
});
