import { describe, expect, it } from 'vitest';
import { createMemoryUploadQueue } from '#adapters/sqs/memory-upload-queue.ts';
import { QueueError } from '#core/errors.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';

const VISIBILITY = 30_000;
const message = (skillId: string): UploadMessage => ({ skillId, userId: 'dana', revision: 1 });

/** A queue whose clock the test moves. */
function create() {
  const clock = { now: 1_000 };
  const queue = createMemoryUploadQueue({ now: () => clock.now, maxReceives: 2, visibilityMs: VISIBILITY });
  return { clock, queue };
}

describe('Function: createMemoryUploadQueue', () => {
  it('hides a received message, and gives it again under another receipt', async () => {
    const { clock, queue } = create();
    await queue.send([message('a')]);

    const [first] = queue.receive(10);
    clock.now += VISIBILITY - 1;
    expect(queue.receive(10)).toEqual([]);
    clock.now += 1;
    const [second] = queue.receive(10);

    expect([first?.receiveCount, second?.receiveCount]).toEqual([1, 2]);
    queue.delete(first?.receipt ?? '');
    expect(queue.size()).toBe(1);
    queue.delete(second?.receipt ?? '');
    expect(queue.size()).toBe(0);
  });

  it('delays what is sent with a delay, and what is put back with one', async () => {
    const { clock, queue } = create();
    await queue.send([message('a')], 500);
    expect([queue.receive(1), queue.nextVisibleAt()]).toEqual([[], 1_500]);

    clock.now = 1_500;
    const [received] = queue.receive(1);
    await queue.setVisibility(received?.receipt ?? '', 200);

    expect(queue.nextVisibleAt()).toBe(1_700);
  });

  it('moves what was received too often to the dead letters, which hide and go alike', async () => {
    const { clock, queue } = create();
    await queue.send([message('a')]);
    for (let n = 0; n < 3; n += 1) {
      queue.receive(1);
      clock.now += VISIBILITY;
    }
    expect([queue.size(), queue.deadSize()]).toEqual([0, 1]);

    const letters = await queue.receiveDead(1_000);
    expect(letters).toMatchObject([{ message: message('a'), sentAt: 1_000 }]);
    expect(await queue.receiveDead(1_000)).toEqual([]);
    await queue.deleteDead(letters);

    expect(queue.deadSize()).toBe(0);
  });

  it('names what it rejects with the reason, and takes the rest', async () => {
    const { queue } = create();
    queue.rejects = ({ skillId }) => (skillId === 'b' ? 'MessageTooLong' : undefined);

    const untaken = await queue.send([message('a'), message('b')]);

    expect(untaken).toEqual([{ ...message('b'), rejection: 'MessageTooLong' }]);
    expect(queue.size()).toBe(1);
  });

  it('takes nothing and gives nothing while it is down', async () => {
    const { queue } = create();
    queue.isDown = true;

    expect(await queue.send([message('a')])).toEqual([message('a')]);
    expect(() => queue.receive(1)).toThrow(QueueError);
    await expect(queue.receiveDead(1)).rejects.toBeInstanceOf(QueueError);
  });
});
